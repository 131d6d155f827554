import { change } from "../add/change-files.js";
import { refuseMisspelled } from "../add/check-name.js";
import { type Request, readRequest, refuseOptions } from "../add/parse-request.js";
import { unknownEvents } from "../contracts/undocumented-events.js";
import { deploySummaries, readTargets } from "../deploy/deploy-targets.js";
import { diagnosticOf } from "../diagnostics/diagnose.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { misplacedFiles } from "../generate/output-places.js";
import { knownWith } from "../lint/known-names.js";
import { undocumentedEvent } from "../lint/rules/events.js";
import type { Parsed } from "../manifest/parse.js";
import { parseProject } from "../manifest/parse-project.js";
import type { Model } from "../model/model.js";
import { plan } from "../output/plan.js";
import type { Host } from "../project/host.js";
import type { Project } from "../project/read-project.js";
import { formatDiagnostic, formatTotals } from "../terminal/report.js";
import { parseArguments, projectOptions } from "./arguments.js";
import { type Io, projectHelp, sayRefusal } from "./command.js";
import { addDeploy } from "./deploy/add-deploy.js";
import { applyOrExplain, inTurn, sayErrors } from "./edit-project.js";
import { generateAndPrint } from "./generate/generate-and-print.js";
import { openProject } from "./open-project.js";

const ofEntry = {
  version: { type: "string" },
  template: { type: "string" },
  title: { type: "string" },
  description: { type: "string" },
  category: { type: "string" },
  label: { type: "string" },
  type: { type: "string" },
  default: { type: "string" },
  options: { type: "string" },
  operations: { type: "string" },
  required: { type: "boolean" },
  force: { type: "boolean" },
} as const;

const options = {
  dir: { type: "string" },
  "no-generate": { type: "boolean" },
  ...projectOptions,
  ...ofEntry,
} as const;

export const optionNames: readonly string[] = Object.keys(options);

/** Links in the output stop the addition before a file is changed, because its files could not be generated. */
async function misplacedIn(host: Host, { layout, lock }: Project, { model }: Parsed): Promise<readonly Diagnostic[]> {
  return model === undefined ? [] : misplacedFiles(host, layout, lock, plan(model, layout).files);
}

/** Kiket may send an event that no documentation has, so it is only noted. */
function noteUnknown(name: string, model: Model | undefined, documented: ReadonlySet<string>, io: Io): void {
  const found = model && unknownEvents(model, documented).find((event) => event.name === name);
  if (found === undefined) return;
  io.err(`${formatDiagnostic(diagnosticOf(undocumentedEvent, found.at, found.message, found.hint), io.errStyle)}\n`);
}

/** Adds one entry to the manifest without changing its other text, and generates; or adds the files of a deployment. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments(args, options);
  const { dir = ".", "no-generate": noGenerate = false, force = false } = values;
  const given = Object.keys(ofEntry).map((name) => [name, values[name as keyof typeof ofEntry]]);
  const [what, ...names] = positionals;
  if (what === "deploy") {
    refuseOptions("deploy", Object.fromEntries([...given, ["no-generate", values["no-generate"]]]));
    const targets = readTargets(names);
    return inTurn(dir, io, async () => addDeploy(targets, await openProject(dir, values, io), io));
  }
  const request = readRequest(positionals, Object.fromEntries(given));
  return inTurn(dir, io, async () => add(request, { ...(await openProject(dir, values, io)), noGenerate, force }, io));
}

interface Opened {
  readonly host: Host;
  readonly project: Project;
  readonly noGenerate: boolean;
  readonly force: boolean;
}

async function add(request: Request, { host, project, noGenerate, force }: Opened, io: Io): Promise<number> {
  const read = parseProject(project);
  if ("errors" in read) return sayErrors(read.errors, `fix ${formatTotals(read.errors)} first`, io);
  const { manifest } = read;
  // The raw events of an adapter have the names of another system.
  const event = request.kind === "event" && read.parsed.model.adapter === undefined ? request : undefined;
  const documented = event && (await knownWith(project.schemas)).events;
  const misspelled = documented && !force && refuseMisspelled(event.name, documented);
  if (misspelled) return sayRefusal(misspelled, io);
  const changed = change(request, { ...read, sources: project.sources, windows: host.windows === true });
  if ("refusal" in changed) return sayRefusal(changed, io);
  if ("diagnostics" in changed) {
    return sayErrors(changed.diagnostics, `this addition would cause ${formatTotals(changed.diagnostics)}`, io);
  }
  const { files, sources, parsed } = changed;
  if (files.length === 0) {
    io.out(`${manifest.path} already has it; nothing was changed\n`);
    return 0;
  }
  const misplaced = noGenerate ? [] : await misplacedIn(host, project, parsed);
  if (misplaced.length > 0) return sayErrors(misplaced, formatTotals(misplaced), io);
  const changes = files.map(({ path, before, text }) => ({ path, ...(before === undefined ? {} : { before }), text }));
  if (!applyOrExplain(project.dir, changes, io)) return 1;
  for (const { path, before } of files) {
    io.out(`  ${io.outStyle.green(before === undefined ? "created" : "changed")}  ${path}\n`);
  }
  if (documented) noteUnknown(event.name, parsed.model, documented, io);
  return noGenerate ? 0 : generateAndPrint(host, { ...project, sources }, io, { parsed });
}

export const help: string = `Usage: kiket-gen add <what> <name> [options]

Adds to the manifest without changing its comments, order, quotes and line ends. Then generates the files, with the stub.
Or adds files for a deployment.

  event <name>                      --version <v2>, --template <configuration key>, --force (although the name looks misspelled);
                                    for an evidence adapter, a type of raw events
  command <namespace.name>          --title, --description, --category
  secret <KEY>                      --label, --description, --required
  setting <KEY>                     --type <type>, --default <value>, --options <a,b>, --label, --description, --required
  scope <issues:write>
  table <module> <table> [columns]  a column is name:type, or name:type! if it must not be null; creates the module if it
                                    does not exist; --operations <read,write> are the operations that the extension may use
  deploy <target> …                 creates the files of each target. One that exists is not changed; if it differs, the diff is
                                    shown, and the exit status is 1
${Object.entries(deploySummaries)
  .map(([target, summary]) => `                                      ${target.padEnd(11)} ${summary}\n`)
  .join("")}
  --dir <folder>        the project (default: the working directory)
  --no-generate         edit the manifest only
${projectHelp}
What already exists is not changed. Exit status: 0 success; 1 cannot be added; 2 usage error.
`;
