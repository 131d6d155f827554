import { recall } from "../generate/run-cache.js";
import { manifestPlaces } from "../project/manifest-places.js";
import { wrap } from "../terminal/wrap.js";
import type { GenerateJob } from "./arguments.js";
import { folderHelp, type Io } from "./command.js";

/**
 * The job of the usual calls: at most one folder, with at most one of these options. `undefined` for all others. Loading
 * node:util, which parses every call, takes longer than finding out that there is nothing to do.
 */
function usualJob(args: readonly string[]): GenerateJob | undefined {
  const [folders, options] = [args.filter((arg) => !arg.startsWith("-")), args.filter((arg) => arg.startsWith("-"))];
  const [dir = ".", ...otherFolders] = folders;
  const [option, ...otherOptions] = options;
  if (otherFolders.length + otherOptions.length > 0) return undefined;
  if (option !== undefined && option !== "--check" && option !== "--dry-run") return undefined;
  const mode = option === "--check" ? "check" : option === "--dry-run" ? "dry-run" : "write";
  return { mode, watch: false, requireHandlers: false, format: "text", places: { dir } };
}

/** Generates, or prints what would be generated. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const job = usualJob(args) ?? (await import("./arguments.js")).generateJobOf(args);
  if (job.showConfig !== undefined)
    return (await import("./generate/show-config.js")).showConfig(job.places, job.showConfig === "json", io);
  if (job.watch) return (await import("./generate/watch.js")).watchProject(job, io);
  const { places, format, requireHandlers } = job;
  const remembered = format === "text" ? await recall(io.host(places.dir), places, requireHandlers) : undefined;
  if (remembered === undefined) return (await import("./generate/generate-and-print.js")).runJob(job, io);
  io.out(remembered);
  return 0;
}

const manifestHelp = `the manifest, relative to dir (default: the first of these that exists: ${manifestPlaces.join(", ")})`;

export const help: string = `Usage: kiket-gen [dir] [options]

${folderHelp}
  --manifest <file>     ${wrap(manifestHelp, 76, " ".repeat(24))}
  --out <folder>        folder of the generated files (default: src/generated)
  --handlers <folder>   folder of the handlers; a handler is created once and never changed
                        (default: src/handlers)
  --events <folder>     your own event schemas, <event>.<version>.schema.json; they extend or replace
                        the shipped ones
  --openapi <file>      an OpenAPI document to use instead of the shipped one
                        all of these can stand in package.json: "kiket-gen": { "handlers": "src/on" };
                        else the lock file saves them, and later runs reuse them; a path outside the
                        project is not saved, so pass it each time
  --no-events, --no-openapi
                        use the shipped ones, and remove yours from the lock file
  --check               write nothing; exit 1 if a file is missing or out of date, and show why:
                        the changed lines of the manifest, and a diff
  --format <name>       with --check: text (default), json, github (annotations), sarif (code scanning)
  --require-handlers    with --check: exit 1 if nobody has filled a handler
  --dry-run             write nothing; show what would be written
  --watch               generate again after every change
  --show-config         print each of these paths, and what it comes from; with --json as JSON
`;
