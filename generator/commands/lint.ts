import { lint } from "../lint/lint.js";
import { findingFormats, formatIn, oneFolder, parseArguments, projectOptions, statusOf } from "./arguments.js";
import { folderHelp, type Io, projectHelp } from "./command.js";
import { openProject } from "./open-project.js";
import { printFindings } from "./print-findings.js";

const options = {
  ...projectOptions,
  format: { type: "string" },
  strict: { type: "boolean" },
} as const;

export const optionNames: readonly string[] = Object.keys(options);

/** Prints the problems of a project. Returns 1 for errors, and with --strict for warnings. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { values, positionals } = parseArguments(args, options);
  const dir = oneFolder(positionals) ?? ".";
  const format = formatIn(findingFormats, values.format);
  const { host, project } = await openProject(dir, values, io);
  const diagnostics = await lint(host, project);
  await printFindings(format, { diagnostics, dir, host, project }, io);
  return statusOf(diagnostics, values.strict);
}

export const help: string = `Usage: kiket-gen lint [dir] [options]

Checks the manifest and its modules with the rules of the platform's linter and with rules of kiket-gen itself.

${folderHelp}
  --format <name>       text (default), json, github (annotations), sarif (code scanning)
  --strict              exit 1 on warnings as well
${projectHelp}                        events in your own schemas count as documented

kiket-gen explain <code> explains a code.
Exit status: 0 no errors, 1 errors, or with --strict warnings, 2 usage error.
`;
