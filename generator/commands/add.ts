import { type ChangedFile, change, modulesFolder } from "../add/change-files.js";
import { readRequest } from "../add/parse-request.js";
import { UsageError } from "../base/usage-error.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { parse } from "../manifest/parse.js";
import { load } from "../project/find-manifest.js";
import { type Host, isFolder } from "../project/host.js";
import { layoutOf } from "../project/layout.js";
import { formatDiagnostic, formatTotals } from "../terminal/report.js";
import { parseArguments, projectOptions, projectWords, schemasIn } from "./arguments.js";
import type { Io } from "./command.js";
import { run as generate } from "./generate.js";

const places = {
  dir: { type: "string" },
  ...projectOptions,
} as const;

const options = {
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
} as const;

function isError({ severity }: Diagnostic): boolean {
  return severity === "error";
}

function tell(diagnostics: readonly Diagnostic[], last: string, io: Io): number {
  for (const diagnostic of diagnostics) io.err(`${formatDiagnostic(diagnostic, io.errStyle)}\n`);
  io.err(`${formatTotals(diagnostics)}${last}; nothing was written\n`);
  return 1;
}

/** False where a file that was to be created has come up in the meantime. */
async function write(host: Host, files: readonly ChangedFile[], io: Io): Promise<boolean> {
  for (const { path, text, isNew } of files) {
    if (!isNew) await host.replace(path, text);
    else if (!(await host.create(path, text))) {
      io.err(`kiket-gen: ${path} has come up in the meantime; try again\n`);
      return false;
    }
    io.out(`  ${io.outStyle.green(isNew ? "created" : "changed")}  ${path}\n`);
  }
  return true;
}

/** Adds one thing to the manifest, in place, and generates. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments(args, { ...places, ...options, "no-generate": { type: "boolean" } });
  const { dir = ".", manifest, out: _out, handlers: _handlers, "no-generate": noGenerate, ...others } = values;
  const { events: _events, openapi: _openapi, "no-events": _noEvents, "no-openapi": _noOpenapi, ...given } = others;
  // Of no use here, but a mistake in them must be told before the manifest is changed.
  schemasIn(values);
  const request = readRequest(positionals, given);
  if (!(await isFolder(dir))) throw new UsageError(`no folder "${dir}"`);
  const layout = layoutOf(dir, values);
  const host = io.host(dir);

  const loaded = await load(host, manifest === undefined ? {} : { manifest });
  const { model, root, diagnostics } = parse(loaded);
  const errors = [...loaded.diagnostics, ...diagnostics].filter(isError);
  if (loaded.manifest === undefined || model === undefined || root === undefined || errors.length > 0) {
    return tell(errors, " to mend first", io);
  }
  const sources = { ...loaded, manifest: loaded.manifest };
  if ([sources.manifest, ...sources.modules].some(({ text }) => text.includes("\ufffd"))) {
    io.err(`kiket-gen: ${model.manifest}: not UTF-8 text, so it is not edited\n`);
    return 1;
  }
  const moduleFolders = await host.list(modulesFolder(sources.manifest));
  const changed = change(request, { sources, model, root, layout, moduleFolders });
  if ("refusal" in changed) {
    io.err(`kiket-gen: ${changed.refusal}\n    ${io.errStyle.dim(`hint: ${changed.hint}`)}\n`);
    return 1;
  }
  if ("diagnostics" in changed) return tell(changed.diagnostics, " with that added", io);
  if (changed.files.length === 0) {
    io.out(`${model.manifest} has it already; nothing was changed\n`);
    return 0;
  }
  if (!(await write(host, changed.files, io))) return 1;
  if (noGenerate) return 0;
  return generate([...projectWords(values), "--", dir], io);
}

export const help: string = `Usage: kiket-gen add <what> <name> [options]

Adds to the manifest in place: comments, order, quotes and line ends stay as they are. Then generates, stub included.

  event <name>                      --version <v2>, --template <configuration key>
  command <namespace.name>          --title, --description, --category
  secret <KEY>                      --label, --description, --required
  setting <KEY>                     --type <type>, --default <value>, --options <a,b>, --label, --description, --required
  scope <issues:write>
  table <module> <table> [columns]  a column is name:type, or name:type! where it must not be null; creates the module where
                                    there is none, and --operations <read,write> gives the extension access to it

  --dir <folder>                    the project (default: the working directory)
  --no-generate                     edit the manifest only
  --manifest, --out, --handlers, --events, --openapi, --no-events, --no-openapi
                                    as in kiket-gen

What is there already is left as it is. Exit status: 0 done; 1 it cannot be added; 2 usage.
`;
