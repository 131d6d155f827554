import { basename, resolve } from "node:path";
import { checkedName, refuseMisspelled } from "../add/check-name.js";
import { showInvisible } from "../base/invisible-characters.js";
import { chosenManager } from "../base/package-manager.js";
import { UsageError } from "../base/usage-error.js";
import { version } from "../base/version.gen.js";
import { catalog } from "../contracts/catalog.gen.js";
import { documentedEvents } from "../contracts/event-catalog.js";
import { deployTargets } from "../deploy/deploy-targets.js";
import { templatesFor } from "../deploy/templates.js";
import { generate } from "../generate/generate.js";
import { adapterTemplate } from "../init/adapter-template.js";
import { extensionTemplate } from "../init/extension-template.js";
import { type Identity, identityOf } from "../init/identity.js";
import {
  chosenTargets,
  chosenTemplate,
  initOptions,
  initOptionsHelp,
  type TemplateName,
} from "../init/init-options.js";
import { nextSteps } from "../init/next-steps.js";
import { projectFiles } from "../init/project-files.js";
import type { NewFile, NewProject, Template } from "../init/template.js";
import { webhookTemplate } from "../init/webhook-template.js";
import { type Layout, outputFolder } from "../project/layout.js";
import { formatActions, formatDiagnostic, formatModel } from "../terminal/report.js";
import { oneFolder, parseArguments } from "./arguments.js";
import { type Io, sayRefusal } from "./command.js";

export const optionNames: readonly string[] = Object.keys(initOptions);

interface TemplateChoice {
  /** Event of the first handler. */
  readonly event: string;
  /** Whether the event is one of the platform, which may be misspelled. */
  readonly isOfPlatform: boolean;
  /** The id for `--id`; absent if the template has none. */
  readonly idOf?: (given: string | undefined, identity: Identity) => string;
  readonly make: (project: NewProject) => Template;
}

/** Kiket accepts no other keys of adapters. */
function adapterKey(given: string | undefined, { packageName }: Identity): string {
  if (given === undefined || /^[a-z0-9][a-z0-9-]{0,99}$/.test(given)) return given ?? packageName;
  throw new UsageError(`"${given}" is not a valid key of an adapter: use lowercase letters, digits and "-"`);
}

const templates: Readonly<Record<TemplateName, TemplateChoice>> = {
  extension: {
    event: "issue.created",
    isOfPlatform: true,
    idOf: (given, identity) => (given === undefined ? identity.id : checkedName("extension", given, "id")),
    make: (project) => extensionTemplate(catalog, project),
  },
  adapter: { event: "ticket_closed", isOfPlatform: false, idOf: adapterKey, make: adapterTemplate },
  webhook: { event: "case.created", isOfPlatform: true, make: (project) => webhookTemplate(catalog, project) },
};

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
  const { values, positionals } = parseArguments(args, initOptions);
  const dir = oneFolder(positionals);
  if (dir === undefined) throw new UsageError("expected the folder of the new project");
  const templateName = chosenTemplate(values.template);
  const { event: firstEvent, isOfPlatform, idOf, make } = templates[templateName];
  if (idOf === undefined && values.id !== undefined) throw new UsageError("a receiver of webhooks has no --id");
  const event = checkedName("event", values.event ?? firstEvent, "event");
  const misspelled = values.force || !isOfPlatform ? undefined : refuseMisspelled(event, documentedEvents(catalog));
  if (misspelled !== undefined) return sayRefusal(misspelled, io);
  const usual = identityOf(basename(resolve(dir)), displayName(values.name));
  const identity = { ...usual, id: idOf?.(values.id, usual) ?? usual.id };

  const layout = newLayout(dir, values);
  const targets = chosenTargets(values.deploy);
  const running = chosenManager(values["package-manager"], io.environment?.npm_config_user_agent);
  const host = io.host(dir);
  const inTheWay = (await host.list(".")).filter((name) => name !== ".git");
  if (inTheWay.length > 0) {
    const hint = "use a folder that does not exist yet, or an empty one";
    return sayRefusal({ refusal: `${dir} is not empty: ${shown(inTheWay)}`, hint }, io);
  }
  const project = { ...identity, event, layout };
  const files = projectFiles(project, make(project), { toolVersion: version, deploy: templatesFor(targets), running });
  const areCreated = async (some: readonly NewFile[]): Promise<boolean> => {
    for (const { path, text } of some) {
      if (!(await host.create(path, text))) {
        io.err(`kiket-gen: ${path} was created while this command ran; it was not overwritten\n`);
        return false;
      }
      io.out(`  ${io.outStyle.green("created")}  ${path}\n`);
    }
    return true;
  };
  if (!(await areCreated(files.filter(({ isLater }) => !isLater)))) return 1;
  const report = await generate({ dir, host });
  for (const diagnostic of report.diagnostics) io.err(`${formatDiagnostic(diagnostic, io.errStyle)}\n`);
  if (report.model === undefined || !(await areCreated(files.filter(({ isLater }) => isLater)))) return 1;
  io.out(`${formatModel(report.model, io.outStyle)}\n${formatActions(report.actions, "write", io.outStyle)}\n`);
  if (!values["no-next"]) io.out(nextSteps({ dir, manager: running.manager, targets, isInstalled: false }));
  return 0;
}

export const help: string = `Usage: kiket-gen init <dir> [options]

Creates a project that is ready to run: manifest, handler, test, package.json, tsconfig.json, Dockerfile and the generated
files. The folder must not exist yet, or be empty (.git is allowed). No file is overwritten.

${initOptionsHelp(deployTargets)}  --no-next             do not print what to do next

Without installing it first: npx kiket-gen init my-extension
Exit status: 0 success, 1 the project was not created, 2 usage error.
`;
