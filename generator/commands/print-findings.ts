import { home } from "../base/version.gen.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { catalogue } from "../lint/catalogue.js";
import type { Host } from "../project/host.js";
import { type Project, textsOf } from "../project/read-project.js";
import { readTexts } from "../terminal/excerpt.js";
import { formatGithub } from "../terminal/github.js";
import { formatJson } from "../terminal/json.js";
import { formatSarif } from "../terminal/sarif.js";
import { formatText } from "../terminal/text.js";
import type { FindingFormat } from "./arguments.js";
import type { Io } from "./command.js";

/** The diagnostics of a project, and what printing them needs. */
interface Findings {
  readonly diagnostics: readonly Diagnostic[];
  /** The project's folder, as it was given. */
  readonly dir: string;
  readonly host: Host;
  readonly project: Project;
}

const formats: Readonly<Record<FindingFormat, (findings: Findings, io: Io) => string | Promise<string>>> = {
  text: async ({ diagnostics, host, project }, io) =>
    formatText(diagnostics, await readTexts(host, diagnostics, textsOf(project)), io.outStyle),
  json: ({ diagnostics }) => formatJson(diagnostics),
  github: ({ diagnostics, dir }) => formatGithub(diagnostics, dir),
  sarif: ({ diagnostics, dir }) => formatSarif(diagnostics, dir, catalogue, home),
};

export async function printFindings(format: FindingFormat, findings: Findings, io: Io): Promise<void> {
  io.out(await formats[format](findings, io));
}
