import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Severity } from "../diagnostics/severity.js";
import { fromWorkingDirectory } from "./working-directory.js";

const commands: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", note: "notice" };

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

/** Workflow commands of GitHub Actions: one line for each annotation, which appears at its place in the pull request. */
export function formatGithub(diagnostics: readonly Diagnostic[], dir: string): string {
  const lines = diagnostics.map(({ code, severity, message, hint, at }) => {
    const file = property(fromWorkingDirectory(dir, at.file));
    const text = data(hint === undefined ? message : `${message}\n${hint}`);
    return `::${commands[severity]} file=${file},line=${at.line},col=${at.column},title=${property(code)}::${text}\n`;
  });
  return lines.join("");
}
