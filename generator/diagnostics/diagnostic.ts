import { compare } from "../base/naming.js";
import type { Position } from "../model/model.js";
import type { Code } from "./codes.js";
import type { Severity } from "./severity.js";

/** A mistake in the user's files, as data. Diagnostics are collected, never thrown. */
export interface Diagnostic {
  /** Such as `KG807`; `kiket-gen explain <code>` and docs/reference/diagnostics.md say more. */
  readonly code: Code;
  /** While there is an `error`, nothing is written. */
  readonly severity: Severity;
  /** What is wrong. Contains names from the user's file. */
  readonly message: string;
  /** How to fix it. */
  readonly hint?: string;
  /** The place in the source; of a whole file its first character. */
  readonly at: Position;
}

export function errorsIn(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.filter(({ severity }) => severity === "error");
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return errorsIn(diagnostics).length > 0;
}

/** Sorts by file, line, column, code and message, and removes duplicates. */
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
    return before === undefined || !isSame(before, diagnostic);
  });
}

function isSame(a: Diagnostic, b: Diagnostic): boolean {
  const isSamePlace = a.at.file === b.at.file && a.at.line === b.at.line && a.at.column === b.at.column;
  return isSamePlace && a.code === b.code && a.message === b.message;
}
