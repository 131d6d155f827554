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
import { formatIn, oneFolder, parseArguments, projectOptions, statusOf } from "./arguments.js";
import { folderHelp, type Io, projectHelp } from "./command.js";
import { openProject } from "./open-project.js";

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

const formatNames = ["text", "json", "github", "sarif"] as const;

const formats: Readonly<Record<(typeof formatNames)[number], Format>> = {
  text: async ({ diagnostics, host, project }, io) =>
    formatText(diagnostics, await readTexts(host, diagnostics, textsOf(project)), io.outStyle),
  json: ({ diagnostics }) => formatJson(diagnostics),
  github: ({ diagnostics, dir }) => formatGithub(diagnostics, dir),
  sarif: ({ diagnostics, dir }) => formatSarif(diagnostics, dir, catalogue),
};

/** Prints the problems of a project. Returns 1 for errors, and with --strict for warnings. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments(args, options);
  const dir = oneFolder(positionals) ?? ".";
  const format = formats[formatIn(formatNames, values.format)];
  const { host, project } = await openProject(dir, values, io);
  const diagnostics = await lint(host, project);
  io.out(await format({ diagnostics, dir, host, project }, io));
  return statusOf(diagnostics, values.strict);
}

export const help: string = `Usage: kiket-gen lint [dir] [options]

Checks the manifest and its modules with the rules of the platform's linter and with rules of kiket-gen itself.

${folderHelp}
  --format <name>       text (default), json, github (annotations), sarif (code scanning)
  --strict              exit 1 on warnings as well
${projectHelp}                        events in your own schemas count as documented

kiket-gen explain <code> explains a code.
`;
