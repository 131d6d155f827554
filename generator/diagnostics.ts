import type { Code } from "./codes.js";
import type { Position } from "./model.js";

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
