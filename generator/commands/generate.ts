import { join } from "node:path";
import { UsageError } from "../base/usage-error.js";
import type { KnownContracts, Mode } from "../generate/generate.js";
import { recall, remember, stampOf } from "../generate/run-cache.js";
import { places } from "../project/find-manifest.js";
import { describeSystemError, type Host, notingReads } from "../project/host.js";
import { layoutOf, lockPathIn } from "../project/layout.js";
import { type Project, type ProjectPlaces, readProject, textsOf } from "../project/read-project.js";
import { readTexts } from "../terminal/excerpt.js";
import {
  formatActions,
  formatChanges,
  formatDiagnostic,
  formatModel,
  formatTotals,
  plain,
} from "../terminal/report.js";
import { wrap } from "../terminal/wrap.js";
import { folderHelp, hostOf, oneFolder, parseArguments, placesIn, projectOptions } from "./arguments.js";
import type { Io } from "./command.js";
import type { Look } from "./watch.js";

const options = {
  ...projectOptions,
  check: { type: "boolean" },
  "dry-run": { type: "boolean" },
  watch: { type: "boolean" },
} as const;

interface Job {
  readonly mode: Mode;
  readonly watch: boolean;
  readonly places: ProjectPlaces;
}

function jobOf(args: readonly string[]): Job {
  const { values, positionals } = parseArguments(args, options);
  const dir = oneFolder(positionals) ?? ".";
  const { check, "dry-run": dryRun, watch = false } = values;
  if (check && dryRun) throw new UsageError("--check and --dry-run cannot be used together");
  if (watch && (check || dryRun)) throw new UsageError("--watch cannot be combined with --check or --dry-run");
  return { mode: check ? "check" : dryRun ? "dry-run" : "write", watch, places: placesIn(dir, values) };
}

/** Generates and prints what was done. Unless the mode is "write", also prints what changed in the manifest and a diff of the files. */
export async function generateAndPrint(
  host: Host,
  project: Project,
  mode: Mode,
  io: Io,
  known: KnownContracts = {},
): Promise<number> {
  const { generateFrom } = await import("../generate/generate.js");
  const { diagnostics, model, actions, changes } = await generateFrom(host, project, mode, known);
  const texts = await readTexts(host, diagnostics, textsOf(project));
  for (const diagnostic of diagnostics) io.err(`${formatDiagnostic(diagnostic, io.errStyle, texts)}\n`);
  if (model === undefined) {
    io.err(`${formatTotals(diagnostics)}; nothing was written\n`);
    return 1;
  }
  io.out(`${formatModel(model, io.outStyle)}\n`);
  if (mode !== "write") {
    io.out(formatChanges(changes, model.manifest, io.outStyle));
    const { formatDifferences } = await import("../terminal/drift-diff.js");
    io.out(await formatDifferences(actions, io.outStyle));
  }
  io.out(`${formatActions(actions, mode, io.outStyle)}\n`);
  if (mode === "write" && diagnostics.length === 0) {
    await remember(host, project, actions, formatModel(model, plain));
  }
  const drift = mode === "check" && actions.some(({ kind }) => kind !== "keep");
  if (drift) io.err("Run kiket-gen to bring the files up to date.\n");
  return drift ? 1 : 0;
}

async function runOnce(host: Host, project: Project, mode: Mode, io: Io): Promise<number> {
  const remembered = await recall(host, project);
  if (remembered === undefined) return generateAndPrint(host, project, mode, io);
  io.out(`${remembered}\nnothing to do\n`);
  return 0;
}

/** An error of the file system, such as a full disk, does not end the watch. */
async function reportErrors(run: () => Promise<unknown>, io: Io): Promise<void> {
  try {
    await run();
  } catch (error) {
    const reason = describeSystemError(error);
    if (reason === undefined) throw error;
    io.err(`kiket-gen: ${reason}\n`);
  }
  io.out("watching for changes; press Ctrl+C to stop\n");
}

async function runUntilInterrupted(host: Host, places: ProjectPlaces, io: Io): Promise<number> {
  const { watch } = await import("./watch.js");
  const here = (path: string) => join(places.dir, path);
  const asked = new Set<string>();
  const noting = notingReads(host, asked);
  const look = async (): Promise<Look> => {
    const read = readProject(noting, places);
    const stamp = await read.then(stampOf, (error) => describeSystemError(error) ?? String(error));
    return {
      stamp,
      paths: [...asked].map(here),
      run: () => reportErrors(async () => runOnce(host, await read, "write", io), io),
    };
  };
  await watch({ look, written: here(lockPathIn(layoutOf(places.dir, places))), until: io.interrupted() });
  return 0;
}

/** Generates, or prints what would be generated. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { places, mode, watch } = jobOf(args);
  const host = await hostOf(places.dir, io);
  return watch ? runUntilInterrupted(host, places, io) : runOnce(host, await readProject(host, places), mode, io);
}

const manifestHelp = `the manifest, relative to dir (default: the first of these that exists: ${places.join(", ")})`;

export const help: string = `Usage: kiket-gen [dir] [options]

${folderHelp}
  --manifest <file>     ${wrap(manifestHelp, 76, " ".repeat(24))}
  --out <folder>        folder of the generated files (default: src/generated)
  --handlers <folder>   folder of the handlers; a handler is created once and never changed
                        (default: src/handlers)
  --events <folder>     your own event schemas, <event>.<version>.schema.json; they extend or replace
                        the shipped ones
  --openapi <file>      an OpenAPI document to use instead of the shipped one
                        --events and --openapi are saved in the lock file and reused; a path outside
                        the project is not saved, so pass it each time
  --no-events, --no-openapi
                        use the shipped ones, and remove yours from the lock file
  --check               write nothing; exit 1 if a file is missing or out of date, and show why:
                        the changed lines of the manifest, and a diff
  --dry-run             write nothing; show what would be written
  --watch               generate again after every change
`;
