import { parseArguments } from "../arguments.js";
import { recall, remember } from "../cache.js";
import { type Io, UsageError } from "../command.js";
import type { Mode } from "../generate.js";
import { createHost, isFolder } from "../host.js";
import { layoutOf } from "../layout.js";
import { formatActions, formatDiagnostic, formatModel, formatTotals, plain } from "../report.js";

const options = {
  manifest: { type: "string" },
  out: { type: "string" },
  handlers: { type: "string" },
  check: { type: "boolean" },
  "dry-run": { type: "boolean" },
} as const;

/** Generates, or says what generating would do. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments(args, options);
  const [dir = ".", ...rest] = positionals;
  if (rest.length > 0) throw new UsageError(`one folder at a time, not also "${rest[0]}"`);
  if (values.check && values["dry-run"]) throw new UsageError("--check and --dry-run exclude each other");
  if (!(await isFolder(dir))) throw new UsageError(`no folder "${dir}"`);

  const mode: Mode = values.check ? "check" : values["dry-run"] ? "dry-run" : "write";
  const { manifest, out, handlers } = values;
  const folders = { ...(out === undefined ? {} : { out }), ...(handlers === undefined ? {} : { handlers }) };
  const layout = layoutOf(dir, folders);
  const host = createHost(dir);
  const remembered = await recall(host, layout, manifest);
  if (remembered !== undefined) {
    io.out(`${remembered}\nnothing to do\n`);
    return 0;
  }

  const { generate } = await import("../generate.js");
  const report = await generate({ dir, mode, host, ...folders, ...(manifest === undefined ? {} : { manifest }) });
  for (const diagnostic of report.diagnostics) io.err(`${formatDiagnostic(diagnostic, io.errStyle)}\n`);
  if (report.model === undefined) {
    io.err(`${formatTotals(report.diagnostics)}; nothing was written\n`);
    return 1;
  }
  io.out(`${formatModel(report.model, io.outStyle)}\n${formatActions(report.actions, mode, io.outStyle)}\n`);
  if (mode === "write") await remember(host, layout, manifest, report.actions, formatModel(report.model, plain));
  const drift = mode === "check" && report.actions.some(({ kind }) => kind !== "keep");
  if (drift) io.err("Run kiket-gen to bring the files up to date.\n");
  return drift ? 1 : 0;
}

export const help: string = `Usage: kiket-gen [dir] [options]

  dir                   the project (default: the working directory)

  --manifest <file>     the manifest, relative to dir (default: .kiket/manifest.yaml, else
                        extension.yaml, extension.yml, manifest.yaml, manifest.yml)
  --out <folder>        generated files (default: src/generated)
  --handlers <folder>   handlers; each is created once and never written again (default: src/handlers)
  --check               write nothing; exit 1 if anything is missing or out of date
  --dry-run             write nothing; say what would be written
`;
