import { auditProject } from "../audit/audit-project.js";
import { fix } from "../audit/fix.js";
import { UsageError } from "../base/usage-error.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { isFolder } from "../project/host.js";
import { layoutOf } from "../project/layout.js";
import { schemaPaths } from "../project/schema-paths.js";
import { readTexts } from "../terminal/excerpt.js";
import { formatJson } from "../terminal/json.js";
import { formatText } from "../terminal/text.js";
import { formatPatch } from "../terminal/unified-diff.js";
import { parseArguments, projectOptions, schemasIn } from "./arguments.js";
import type { Io } from "./command.js";

const options = {
  ...projectOptions,
  format: { type: "string" },
  strict: { type: "boolean" },
  fix: { type: "boolean" },
  "dry-run": { type: "boolean" },
} as const;

function statusOf(diagnostics: readonly Diagnostic[], strict: boolean): number {
  const failing = strict ? ["error", "warning"] : ["error"];
  return diagnostics.some(({ severity }) => failing.includes(severity)) ? 1 : 0;
}

/** Reports what the manifest declares and no handler uses, and the reverse; edits the manifest with --fix. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments(args, options);
  const [dir = ".", ...rest] = positionals;
  const { manifest, format = "text", strict = false } = values;
  if (rest.length > 0) throw new UsageError(`one folder at a time, not also "${rest[0]}"`);
  if (format !== "text" && format !== "json") throw new UsageError(`no format "${format}"; there are text, json`);
  if (values["dry-run"] && !values.fix) throw new UsageError("--dry-run goes with --fix");
  if (values.fix && format === "json") throw new UsageError("--fix prints a diff, so it has no --format json");
  if (!(await isFolder(dir))) throw new UsageError(`no folder "${dir}"`);

  const host = io.host(dir);
  const layout = layoutOf(dir, values);
  const schemas = schemaPaths(dir, schemasIn(values));
  const input = { dir, host, layout, ...schemas, ...(manifest === undefined ? {} : { manifest }) };
  const report = async (diagnostics: readonly Diagnostic[]) =>
    io.out(
      format === "json"
        ? formatJson(diagnostics)
        : formatText(diagnostics, await readTexts(host, diagnostics), io.outStyle),
    );

  const audited = await auditProject(input);
  if (!values.fix || audited.sources === undefined || audited.findings === undefined) {
    await report(audited.diagnostics);
    return statusOf(audited.diagnostics, strict);
  }

  const source = audited.sources.manifest;
  const { text, problems } = fix(audited.sources, audited.findings);
  for (const problem of problems)
    io.err(`kiket-gen: ${source.path}: could not ${problem} in place; edit it yourself\n`);
  if (text !== source.text) io.out(await formatPatch(source.path, source.text, text, io.outStyle));
  if (text === source.text || values["dry-run"]) {
    await report(audited.diagnostics);
    return statusOf(audited.diagnostics, strict);
  }
  await host.replace(source.path, text);
  const after = await auditProject(input);
  io.out("Run kiket-gen to bring the generated files up to date.\n\n");
  await report(after.diagnostics);
  return statusOf(after.diagnostics, strict);
}

export const help: string = `Usage: kiket-gen audit [dir] [options]

Holds the manifest against the handlers: permissions, secrets, settings and custom-data operations that are declared and
not used (warnings), or used and not declared (errors). What cannot be decided is a note.

  dir                   the project (default: the working directory)

  --fix                 edit the manifest, comments kept: remove unused permissions and custom-data
                        operations, add missing ones; the diff is shown first, handlers are not touched
  --dry-run             with --fix: show the diff, write nothing
  --strict              exit 1 on warnings as well
  --format <name>       text (default) or json
  --manifest, --out, --handlers, --events, --openapi, --no-events, --no-openapi
                        as for generating
`;
