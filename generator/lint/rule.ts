import type { Code, CodeEntry } from "../diagnostics/codes.js";
import { diagnosticOf } from "../diagnostics/diagnose.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Severity } from "../diagnostics/severity.js";
import type { Position } from "../model/model.js";
import type { LintContext } from "./context.js";

/** Reports a mistake with the code of the rule, and with its severity if no other is passed. */
type RuleReport = (at: Position, message: string, hint?: string, severity?: Severity) => void;

export interface Rule extends CodeEntry {
  readonly code: Code;
  check(context: LintContext, report: RuleReport): void;
}

export function findingsOf(rule: Rule, context: LintContext): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  rule.check(context, (at, message, hint, severity = rule.severity) => {
    found.push(diagnosticOf({ code: rule.code, severity }, at, message, hint));
  });
  return found;
}
