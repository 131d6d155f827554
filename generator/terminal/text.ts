import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Texts } from "./excerpt.js";
import { formatDiagnostic, formatTotals, type Style } from "./report.js";

/** Text for people: every diagnostic with its source line, and a line of totals. */
export function formatText(diagnostics: readonly Diagnostic[], texts: Texts, style: Style): string {
  if (diagnostics.length === 0) return `${style.green("no problems found")}\n`;
  const blocks = diagnostics.map((diagnostic) => `${formatDiagnostic(diagnostic, style, texts)}\n`);
  return `${blocks.join("")}${formatTotals(diagnostics)}\n`;
}
