import type { Severity } from "../severity.js";

export interface CodeEntry {
  readonly severity: Severity;
  /** One line, for tables. */
  readonly title: string;
  /** Why it matters and the way out, for `explain`. */
  readonly explanation: string;
}
