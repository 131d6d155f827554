import { type Audited, auditProject } from "../audit/audit-project.js";
import { fix } from "../audit/fix.js";
import { UsageError } from "../base/usage-error.js";
import { type Project, textsOf } from "../project/read-project.js";
import { readTexts } from "../terminal/excerpt.js";
import { formatJson } from "../terminal/json.js";
import { formatText } from "../terminal/text.js";
import { formatPatch } from "../terminal/unified-diff.js";
import { formatIn, oneFolder, type ProjectValues, parseArguments, projectOptions, statusOf } from "./arguments.js";
import { folderHelp, type Io, projectHelp } from "./command.js";
import { applyOrExplain, inTurn } from "./edit-project.js";
import { openProject } from "./open-project.js";

const options = {
  ...projectOptions,
  format: { type: "string" },
  strict: { type: "boolean" },
  fix: { type: "boolean" },
  "dry-run": { type: "boolean" },
} as const;

export const optionNames: readonly string[] = Object.keys(options);

/** Reports what the manifest declares and no handler uses, and the reverse; edits the manifest with --fix. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments(args, options);
  const dir = oneFolder(positionals) ?? ".";
  const format = formatIn(["text", "json"], values.format);
  if (values["dry-run"] && !values.fix) throw new UsageError("--dry-run can only be used with --fix");
  if (values.fix && format === "json") throw new UsageError("--fix and --format json cannot be used together");

  const isWriting = values.fix && !values["dry-run"];
  const work = () => auditAndFix(dir, { ...values, format }, io);
  return isWriting ? inTurn(dir, io, work) : work();
}

type Wanted = ProjectValues & {
  readonly format: "text" | "json";
  readonly strict?: boolean;
  readonly fix?: boolean;
  readonly "dry-run"?: boolean;
};

async function auditAndFix(dir: string, values: Wanted, io: Io): Promise<number> {
  const { format } = values;
  const { host, project } = await openProject(dir, values, io);
  const report = async ({ diagnostics }: Audited, of: Project): Promise<number> => {
    const texts = format === "json" ? undefined : await readTexts(host, diagnostics, textsOf(of));
    io.out(texts === undefined ? formatJson(diagnostics) : formatText(diagnostics, texts, io.outStyle));
    return statusOf(diagnostics, values.strict);
  };

  const audited = await auditProject(host, project);
  if (!values.fix || audited.found === undefined) return report(audited, project);

  const { manifest, findings } = audited.found;
  const { text, problems } = fix({ ...project.sources, manifest }, audited.found, findings);
  for (const problem of problems)
    io.err(`kiket-gen: ${manifest.path}: could not ${problem} automatically; edit the file yourself\n`);
  if (text !== manifest.text) io.out(await formatPatch(manifest.path, manifest.text, text, io.outStyle));
  if (text === manifest.text || values["dry-run"]) return report(audited, project);
  if (!applyOrExplain(dir, [{ path: manifest.path, before: manifest.text, text }], io)) return 1;
  io.out("Run kiket-gen to bring the generated files up to date.\n\n");
  const fixed = { ...project, sources: { ...project.sources, manifest: { ...manifest, text } } };
  return report(await auditProject(host, fixed, audited.found), fixed);
}

export const help: string = `Usage: kiket-gen audit [dir] [options]

Compares the manifest with what the handlers use. Reports permissions, secrets, settings and custom-data operations that are
declared but not used (warnings), or used but not declared (errors). If a use cannot be analysed, this is a note.

${folderHelp}
  --fix                 edit the manifest: remove unused permissions and custom-data operations, add
                        missing ones; shows the diff, keeps comments, does not change handlers
  --dry-run             with --fix: show the diff, write nothing
  --strict              exit 1 on warnings as well
  --format <name>       text (default) or json
${projectHelp}
Exit status: 0 no errors, 1 errors, or with --strict warnings, 2 usage error.
`;
