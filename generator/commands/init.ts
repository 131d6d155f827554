import { basename, resolve } from "node:path";
import { checkedName, refuseMisspelled } from "../add/check-name.js";
import { showInvisible } from "../base/invisible-characters.js";
import { UsageError } from "../base/usage-error.js";
import { version } from "../base/version.gen.js";
import { catalog } from "../contracts/catalog.gen.js";
import { documentedEvents } from "../contracts/event-catalog.js";
import { generate } from "../generate/generate.js";
import { exampleProject } from "../init/extension-template.js";
import { identityOf } from "../init/identity.js";
import { projectFiles } from "../init/project-files.js";
import { type Layout, outputFolder } from "../project/layout.js";
import { formatActions, formatDiagnostic, formatModel } from "../terminal/report.js";
import { oneFolder, parseArguments } from "./arguments.js";
import { type Io, sayRefusal } from "./command.js";

const options = {
  id: { type: "string" },
  name: { type: "string" },
  event: { type: "string" },
  force: { type: "boolean" },
  out: { type: "string" },
  handlers: { type: "string" },
} as const;

export const optionNames: readonly string[] = Object.keys(options);

const longestList = 10;
const longestName = 100;

function shown(names: readonly string[]): string {
  const some = [...names].sort().slice(0, longestList).map(showInvisible);
  return some.join(", ") + (names.length > some.length ? ` and ${names.length - some.length} more` : "");
}

function displayName(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (text.trim() !== "" && text.length <= longestName && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)) return text;
  throw new UsageError(`--name takes one line of at most ${longestName} characters`);
}

/** Quoted for a shell, because users copy the line. */
function quoted(path: string): string {
  return /^[\w./~-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

/** The folders of a new project. What is written compiles and starts what is in `src`. */
function newLayout(dir: string, given: { readonly [option in keyof Layout]?: string | undefined }): Layout {
  const folder = (option: keyof Layout) => {
    const path = outputFolder(dir, option, given[option]);
    if (path.startsWith("src/")) return path;
    throw new UsageError(`--${option} must name a folder below src, not "${given[option]}"`);
  };
  const layout = { out: folder("out"), handlers: folder("handlers") };
  if (layout.out !== layout.handlers) return layout;
  throw new UsageError("--out and --handlers must be different folders");
}

/** Writes a new project into an empty folder, and generates in it. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments(args, options);
  const dir = oneFolder(positionals);
  if (dir === undefined) throw new UsageError("expected the folder of the new project");
  const event = checkedName("event", values.event ?? "issue.created", "event");
  const misspelled = values.force ? undefined : refuseMisspelled(event, documentedEvents(catalog));
  if (misspelled !== undefined) return sayRefusal(misspelled, io);
  const id = values.id === undefined ? undefined : checkedName("extension", values.id, "id");
  const identity = identityOf(basename(resolve(dir)), { id, name: displayName(values.name) });

  const layout = newLayout(dir, values);
  const host = io.host(dir);
  const inTheWay = (await host.list(".")).filter((name) => name !== ".git");
  if (inTheWay.length > 0) {
    const hint = "use a folder that does not exist yet, or an empty one";
    return sayRefusal({ refusal: `${dir} is not empty: ${shown(inTheWay)}`, hint }, io);
  }
  const example = exampleProject(catalog, event, layout);
  const files = projectFiles({ ...identity, event, layout, example, toolVersion: version });
  for (const { path, text } of files) {
    if (!(await host.create(path, text))) {
      io.err(`kiket-gen: ${path} was created while this command ran; it was not overwritten\n`);
      return 1;
    }
    io.out(`  ${io.outStyle.green("created")}  ${path}\n`);
  }
  const report = await generate({ dir, host });
  for (const diagnostic of report.diagnostics) io.err(`${formatDiagnostic(diagnostic, io.errStyle)}\n`);
  if (report.model === undefined) return 1;
  io.out(`${formatModel(report.model, io.outStyle)}\n${formatActions(report.actions, "write", io.outStyle)}\n`);
  io.out(`\nNext: cd ${quoted(dir)} && npm install && npm test\n`);
  return 0;
}

export const help: string = `Usage: kiket-gen init <dir> [options]

Creates a project that is ready to run: manifest, handler, test, package.json, tsconfig.json, Dockerfile and the generated
files. The folder must not exist yet, or be empty (.git is allowed). No file is overwritten.

  --id <id>             the extension's id (default: com.example.<folder>)
  --name <name>         the extension's name (default: from the name of the folder)
  --event <name>        the event of the first handler (default: issue.created)
  --force               take the name of the event although it looks misspelled
  --out <folder>        folder of the generated files (default: src/generated)
  --handlers <folder>   folder of the handlers (default: src/handlers)
                        these two are written to package.json, for later runs

Without installing it first: npx kiket-gen init my-extension
`;
