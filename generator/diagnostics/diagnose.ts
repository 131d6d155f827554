import { showInvisible } from "../base/invisible-characters.js";
import type { Position } from "../model/model.js";
import { type Code, type StageCode, stageCodes } from "./codes.js";
import type { Diagnostic } from "./diagnostic.js";
import type { Severity } from "./severity.js";

const maxLength = 500;

/** A message contains names from the user's file, which must not control the terminal. */
function printable(text: string): string {
  const escaped = showInvisible(text.slice(0, maxLength));
  return text.length > maxLength ? `${escaped}…` : escaped;
}

/** A diagnostic whose message and hint are safe to print. */
export function diagnosticOf(
  { code, severity }: { readonly code: Code; readonly severity: Severity },
  at: Position,
  message: string,
  hint?: string,
): Diagnostic {
  const diagnostic = { code, severity, message: printable(message), at };
  return hint === undefined ? diagnostic : { ...diagnostic, hint: printable(hint) };
}

/** A diagnostic with the severity of its code. Its message and hint are safe to print. */
export function diagnose(code: StageCode, at: Position, message: string, hint?: string): Diagnostic {
  return diagnosticOf({ code, severity: stageCodes[code].severity }, at, message, hint);
}
