import type { PayloadProblem, SchemaComparison } from "../../../backend.js";
import { counted } from "../labels.js";

/** What is said of a difference at its place. A missing member is not there, so its name is said too. */
export function differenceWords({ kind, path, message }: PayloadProblem): string {
  if (kind === "missing") return `${path.split(".").at(-1)} ${message}`;
  return kind === "unknown" ? "not in the schema" : message;
}

/** Differences that are told at most. */
const mostTold = 100;

/** How a payload compares with the schema of its event, in a sentence. */
export function comparisonLine(
  { event, version }: { readonly event: string; readonly version: string },
  { hasSchema, problems }: SchemaComparison,
): string {
  if (!hasSchema)
    return `There is no schema of ${event} ${version} in this project, so the payload is compared with nothing.`;
  if (problems.length === 0) return `Every member is as in the schema of ${event} ${version}.`;
  const atLeast = problems.length >= mostTold ? "At least " : "";
  const differs = problems.length === 1 ? "differs" : "differ";
  return `${atLeast}${counted(problems.length, "member")} ${differs} from the schema of ${event} ${version}:`;
}
