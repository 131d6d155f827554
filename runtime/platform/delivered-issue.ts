import { isId } from "../base/envelope.js";
import { isJsonObject, type JsonObject, member, parseJsonObject } from "../base/json.js";
import { normalise } from "../verify/normalise-envelope.js";

/** The issue, or the case, in the body of a delivery; only its id if the body has no more than `issue_id` or `case_id`. */
export function deliveredIssue(body: string): JsonObject | undefined {
  const received = parseJsonObject(body);
  if (received === undefined) return undefined;
  const { payload } = normalise(received);
  const context = member(payload, "context");
  const within = [payload, ...(isJsonObject(context) ? [context] : [])];
  const issue = within.flatMap((object) => [member(object, "issue"), member(object, "case")]).find(isJsonObject);
  const id = [member(payload, "issue_id"), member(payload, "case_id")].find(isId);
  const beside = id === undefined ? {} : { id };
  return issue === undefined && id === undefined ? undefined : { ...beside, ...withoutStandIn(issue ?? {}) };
}

/** Without the id that normalising copies from the key where the delivery has none. */
function withoutStandIn(issue: JsonObject): JsonObject {
  const { id, ...rest } = issue;
  return id === undefined || id === issue.key ? rest : issue;
}
