import { jsonText } from "../base/invisible-characters.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Severity } from "../diagnostics/severity.js";

function amountOf(diagnostics: readonly Diagnostic[], wanted: Severity): number {
  return diagnostics.filter(({ severity }) => severity === wanted).length;
}

/** `{diagnostics: [{code, severity, message, hint?, file, line, column}], errors, warnings, notes}`. Lines and columns start at 1. */
export function formatJson(diagnostics: readonly Diagnostic[]): string {
  const list = diagnostics.map(({ code, severity, message, hint, at: { file, line, column } }) => {
    return { code, severity, message, ...(hint === undefined ? {} : { hint }), file, line, column };
  });
  const counts = {
    errors: amountOf(diagnostics, "error"),
    warnings: amountOf(diagnostics, "warning"),
    notes: amountOf(diagnostics, "note"),
  };
  return `${jsonText({ diagnostics: list, ...counts }, 2)}\n`;
}
