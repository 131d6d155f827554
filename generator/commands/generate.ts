import { join } from "node:path";
import { UsageError } from "../base/usage-error.js";
import type { GenerateOptions, Mode } from "../generate/generate.js";
import { readInputs, recall, remember } from "../generate/run-cache.js";
import { places } from "../project/find-manifest.js";
import { describeSystemError, type Host, isFolder } from "../project/host.js";
import type { Layout } from "../project/layout.js";
import { layoutOf } from "../project/layout.js";
import { readLock } from "../project/lock.js";
import { schemaPaths } from "../project/schema-paths.js";
import { readSchemas } from "../project/schemas.js";
import { readTexts } from "../terminal/excerpt.js";
import {
  formatActions,
  formatChanges,
  formatDiagnostic,
  formatModel,
  formatTotals,
  plain,
} from "../terminal/report.js";
import { parseArguments, projectOptions, schemasIn } from "./arguments.js";
import type { Io } from "./command.js";

const options = {
  ...projectOptions,
  check: { type: "boolean" },
  "dry-run": { type: "boolean" },
  watch: { type: "boolean" },
} as const;

interface Job {
  readonly dir: string;
  readonly mode: Mode;
  readonly host: Host;
  readonly options: GenerateOptions;
  readonly layout: Layout;
}

function jobOf(args: readonly string[], io: Io): Job & { readonly watch: boolean } {
  const { values, positionals } = parseArguments(args, options);
  const [dir = ".", ...rest] = positionals;
  if (rest.length > 0) throw new UsageError(`one folder at a time, not also "${rest[0]}"`);
  if (values.check && values["dry-run"]) throw new UsageError("--check and --dry-run exclude each other");
  if (values.watch && (values.check || values["dry-run"])) throw new UsageError("--watch writes; give it alone");
  const mode: Mode = values.check ? "check" : values["dry-run"] ? "dry-run" : "write";
  const { watch = false, manifest, out, handlers } = values;
  const given = {
    ...(manifest === undefined ? {} : { manifest }),
    ...(out === undefined ? {} : { out }),
    ...(handlers === undefined ? {} : { handlers }),
    ...(schemaPaths(dir, schemasIn(values)) as Pick<GenerateOptions, "events" | "openapi">),
  };
  const host = io.host(dir);
  return {
    dir,
    mode,
    host,
    options: { ...given, dir, mode, host },
    layout: layoutOf(dir, given),
    watch,
  };
}

/** One run. Says why with --check: what changed in the manifest, where, and what it changes in the files. */
async function runOnce({ mode, host, options: given, layout }: Job, io: Io): Promise<number> {
  const inputs = await readInputs(host, layout, given);
  const remembered = await recall(host, inputs);
  if (remembered !== undefined) {
    io.out(`${remembered}\nnothing to do\n`);
    return 0;
  }
  const { generate } = await import("../generate/generate.js");
  const { diagnostics, model, actions, changes } = await generate(given);
  const texts = await readTexts(host, diagnostics);
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
    await remember(host, inputs, actions, formatModel(model, plain));
  }
  const drift = mode === "check" && actions.some(({ kind }) => kind !== "keep");
  if (drift) io.err("Run kiket-gen to bring the files up to date.\n");
  return drift ? 1 : 0;
}

/** A mistake in the manifest, or a disk that is full for now, does not end the watch. */
async function runUntilInterrupted(job: Job, io: Io): Promise<number> {
  const { watch } = await import("./watch.js");
  const { manifest } = job.options;
  const { events, openapi } = (await readSchemas(job.host, await readLock(job.host, job.layout), job.options)).paths;
  const named = [manifest, events, openapi].filter((path) => path !== undefined);
  const sources = [...places, ".kiket/modules", "tsconfig.json", ...named];
  await watch({
    paths: sources.map((path) => join(job.dir, path)),
    until: io.interrupted(),
    stamp: async () => {
      try {
        return (await readInputs(job.host, job.layout, job.options)).stamp;
      } catch (error) {
        return describeSystemError(error) ?? String(error);
      }
    },
    run: async () => {
      try {
        await runOnce(job, io);
      } catch (error) {
        const reason = describeSystemError(error);
        if (reason === undefined) throw error;
        io.err(`kiket-gen: ${reason}\n`);
      }
      io.out("watching for changes; interrupt to end\n");
    },
  });
  return 0;
}

/** Generates, or says what generating would do. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { watch, ...job } = jobOf(args, io);
  if (!(await isFolder(job.dir))) throw new UsageError(`no folder "${job.dir}"`);
  return watch ? runUntilInterrupted(job, io) : runOnce(job, io);
}

export const help: string = `Usage: kiket-gen [dir] [options]

  dir                   the project (default: the working directory)

  --manifest <file>     the manifest, relative to dir (default: .kiket/manifest.yaml, else
                        extension.yaml, extension.yml, manifest.yaml, manifest.yml)
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
