import { isId } from "../base/envelope.js";
import { isJsonObject, type JsonObject, member, parseJsonObject } from "../base/json.js";
import { normalise } from "../verify/normalise-envelope.js";

/** What a delivery tells of an issue. */
export interface DeliveredIssue {
  /** The issue or the case; only its id if the body has no more than `issue_id` or `case_id`. */
  readonly issue: JsonObject;
  readonly comment: JsonObject | undefined;
}

/** The issue, or the case, in the body of a delivery, and its comment. */
export function deliveredIssue(body: string): DeliveredIssue | undefined {
  const received = parseJsonObject(body);
  if (received === undefined) return undefined;
  const { payload } = normalise(received);
  const context = member(payload, "context");
  const within = [payload, ...(isJsonObject(context) ? [context] : [])];
  const issue = within.flatMap((object) => [member(object, "issue"), member(object, "case")]).find(isJsonObject);
  const id = [member(payload, "issue_id"), member(payload, "case_id")].find(isId);
  if (issue === undefined && id === undefined) return undefined;
  const beside = id === undefined ? {} : { id };
  return {
    issue: { ...beside, ...inTheApi(withoutStandIn(issue ?? {})) },
    comment: deliveredComment(payload),
  };
}

/** The comment, or the members of one beside `comment_id`. */
function deliveredComment(payload: JsonObject): JsonObject | undefined {
  const { comment, comment_id, body, author } = payload;
  if (isJsonObject(comment)) return comment;
  return isId(comment_id) ? { id: comment_id, body, author } : undefined;
}

/** Deliveries name the type of an issue `type`, and the newest ones its status `current_state_key`; the API `issue_type` and `status` (fact 265). */
function inTheApi(issue: JsonObject): JsonObject {
  const { type, current_state_key } = issue;
  return {
    ...(typeof type === "string" ? { issue_type: type } : {}),
    ...(typeof current_state_key === "string" ? { status: current_state_key } : {}),
    ...issue,
  };
}

/** Without the id that normalising copies from the key where the delivery has none. */
function withoutStandIn(issue: JsonObject): JsonObject {
  const { id, ...rest } = issue;
  return id === undefined || id === issue.key ? rest : issue;
}
