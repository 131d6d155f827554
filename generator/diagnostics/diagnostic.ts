import { compare } from "../base/naming.js";
import type { Position } from "../model/model.js";
import type { Code } from "./codes.js";
import type { Severity } from "./severity.js";

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

/** In order of file, line, column, code and message; what is said twice of one place, once. */
export function inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const sorted = [...diagnostics].sort(
    (a, b) =>
      compare(a.at.file, b.at.file) ||
      a.at.line - b.at.line ||
      a.at.column - b.at.column ||
      compare(a.code, b.code) ||
      compare(a.message, b.message),
  );
  return sorted.filter((diagnostic, index) => {
    const before = sorted[index - 1];
    return before === undefined || !saysTheSame(before, diagnostic);
  });
}

function saysTheSame(a: Diagnostic, b: Diagnostic): boolean {
  const isSamePlace = a.at.file === b.at.file && a.at.line === b.at.line && a.at.column === b.at.column;
  return isSamePlace && a.code === b.code && a.message === b.message;
}
