import { posix } from "node:path";
import { pathToFileURL } from "node:url";
import { jsonText } from "../base/invisible-characters.js";
import { version } from "../base/version.gen.js";
import type { Catalogue, Code } from "../diagnostics/codes.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { docsPageOf } from "./docs-page.js";
import { fromWorkingDirectory } from "./working-directory.js";

const schema = "https://json.schemastore.org/sarif-2.1.0.json";

function uriOf(dir: string, file: string): string {
  const path = fromWorkingDirectory(dir, file);
  return posix.isAbsolute(path) ? pathToFileURL(path).href : path.split("/").map(encodeURIComponent).join("/");
}

function ruleOf(code: Code, catalogue: Catalogue, home: string): object {
  const entry = catalogue.get(code);
  const page = docsPageOf(home, code);
  if (entry === undefined) return { id: code };
  const { severity, title, explanation } = entry;
  return {
    id: code,
    shortDescription: { text: title },
    fullDescription: { text: explanation },
    help: { text: explanation },
    ...(page === undefined ? {} : { helpUri: page }),
    defaultConfiguration: { level: severity },
  };
}

/**
 * SARIF 2.1.0, as code-scanning services read it. Only rules that a diagnostic refers to are listed, each with the page that explains
 * it if the package has a `home`.
 */
export function formatSarif(
  diagnostics: readonly Diagnostic[],
  dir: string,
  catalogue: Catalogue,
  home: string,
): string {
  const used = [...new Set(diagnostics.map(({ code }) => code))].sort();
  const results = diagnostics.map(({ code, severity, message, hint, at }) => ({
    ruleId: code,
    ruleIndex: used.indexOf(code),
    level: severity,
    message: { text: hint === undefined ? message : `${message} (${hint})` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(dir, at.file) },
          region: { startLine: at.line, startColumn: at.column },
        },
      },
    ],
  }));
  const driver = { name: "kiket-gen", version, rules: used.map((code) => ruleOf(code, catalogue, home)) };
  const log = {
    $schema: schema,
    version: "2.1.0",
    runs: [{ tool: { driver }, columnKind: "utf16CodeUnits", results }],
  };
  return `${jsonText(log, 2)}\n`;
}
