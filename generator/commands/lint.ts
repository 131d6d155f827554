import { UsageError } from "../base/usage-error.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { catalogue } from "../lint/catalogue.js";
import { lint } from "../lint/lint.js";
import type { Host } from "../project/host.js";
import { type Project, textsOf } from "../project/read-project.js";
import { readTexts } from "../terminal/excerpt.js";
import { formatGithub } from "../terminal/github.js";
import { formatJson } from "../terminal/json.js";
import { formatSarif } from "../terminal/sarif.js";
import { formatText } from "../terminal/text.js";
import { openProject, parseArguments, projectOptions } from "./arguments.js";
import type { Io } from "./command.js";

const options = {
  ...projectOptions,
  format: { type: "string" },
  strict: { type: "boolean" },
} as const;

interface Findings {
  readonly diagnostics: readonly Diagnostic[];
  readonly dir: string;
  readonly host: Host;
  readonly project: Project;
}

type Format = (findings: Findings, io: Io) => string | Promise<string>;

const formats: Readonly<Record<string, Format>> = {
  text: async ({ diagnostics, host, project }, io) =>
    formatText(diagnostics, await readTexts(host, diagnostics, textsOf(project)), io.outStyle),
  json: ({ diagnostics }) => formatJson(diagnostics),
  github: ({ diagnostics, dir }) => formatGithub(diagnostics, dir),
  sarif: ({ diagnostics, dir }) => formatSarif(diagnostics, dir, catalogue),
};

/** Prints what is wrong with a project; 1 where there are errors, or warnings with --strict. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments(args, options);
  const [dir = ".", ...rest] = positionals;
  if (rest.length > 0) throw new UsageError(`one folder at a time, not also "${rest[0]}"`);
  const name = values.format ?? "text";
  const format = Object.hasOwn(formats, name) ? formats[name] : undefined;
  if (format === undefined) {
    throw new UsageError(`no format "${name}"; there are ${Object.keys(formats).join(", ")}`);
  }
  const { host, project } = await openProject(dir, values, io);
  const diagnostics = await lint(host, project);
  io.out(await format({ diagnostics, dir, host, project }, io));
  const failing = values.strict ? ["error", "warning"] : ["error"];
  return diagnostics.some(({ severity }) => failing.includes(severity)) ? 1 : 0;
}

export const help: string = `Usage: kiket-gen lint [dir] [options]

Checks the manifest and its modules: the rules of the platform's own linter, and what no other tool looks at.

  dir                   the project (default: the working directory)

  --manifest <file>     the manifest, relative to dir (default: found as for generating)
  --events <folder>     event schemas of your own; their events count as documented
  --openapi <file>      the OpenAPI document in place of the shipped one
                        both default to those of the last generation; --no-events, --no-openapi: none
  --out <folder>        generated files, whose lock file keeps these two (default: src/generated)
  --handlers <folder>   handlers (default: src/handlers)
  --format <name>       text (default), json, github (annotations), sarif (code scanning)
  --strict              exit 1 on warnings as well

kiket-gen explain <code> tells more about a code.
`;
