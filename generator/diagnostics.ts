import type { Code } from "./codes.js";
import type { Position } from "./model.js";
import { compare } from "./naming.js";

export type Severity = "error" | "warning" | "note";

/** A mistake as data: collected, never thrown. */
export interface Diagnostic {
  readonly code: Code;
  readonly severity: Severity;
  /** What is wrong, with the user's own names in it. */
  readonly message: string;
  /** The way out. */
  readonly hint?: string;
  readonly at: Position;
}

/** In order of file, line and column; what stands at one place keeps its order. */
export function inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...diagnostics].sort(
    ({ at: a }, { at: b }) => compare(a.file, b.file) || a.line - b.line || a.column - b.column,
  );
}
