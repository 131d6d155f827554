import { join } from "node:path";
import { UsageError } from "../base/usage-error.js";
import type { Known, Mode } from "../generate/generate.js";
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

/** Generates, and says what was done. With --check why: what changed in the manifest, where, and what it changes in the files. */
export async function generateAndTell(
  host: Host,
  project: Project,
  mode: Mode,
  io: Io,
  known: Known = {},
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
  if (remembered === undefined) return generateAndTell(host, project, mode, io);
  io.out(`${remembered}\nnothing to do\n`);
  return 0;
}

/** A mistake in the manifest, or a disk that is full for now, does not end the watch. */
async function told(run: () => Promise<unknown>, io: Io): Promise<void> {
  try {
    await run();
  } catch (error) {
    const reason = describeSystemError(error);
    if (reason === undefined) throw error;
    io.err(`kiket-gen: ${reason}\n`);
  }
  io.out("watching for changes; interrupt to end\n");
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
      run: () => told(async () => runOnce(host, await read, "write", io), io),
    };
  };
  await watch({ look, written: here(lockPathIn(layoutOf(places.dir, places))), until: io.interrupted() });
  return 0;
}

/** Generates, or says what generating would do. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { places, mode, watch } = jobOf(args);
  const host = await hostOf(places.dir, io);
  return watch ? runUntilInterrupted(host, places, io) : runOnce(host, await readProject(host, places), mode, io);
}

const manifestHelp = `the manifest, relative to dir (default: the first that is there of ${places.join(", ")})`;

export const help: string = `Usage: kiket-gen [dir] [options]

${folderHelp}
  --manifest <file>     ${wrap(manifestHelp, 76, " ".repeat(24))}
  --out <folder>        generated files (default: src/generated)
  --handlers <folder>   handlers; each is created once and never written again (default: src/handlers)
  --events <folder>     event schemas of your own, <event>.<version>.schema.json, beside or in place
                        of the shipped ones
  --openapi <file>      an OpenAPI document in place of the shipped one
                        both are kept in the lock file, and hold for later runs and other commands;
                        one outside of the project must be named every time
  --no-events, --no-openapi
                        without these, and forget them
  --check               write nothing; exit 1 if anything is missing or out of date
                        and why: the lines of the manifest that changed, and a diff
  --dry-run             write nothing; say what would be written
  --watch               generate again after every change
`;
