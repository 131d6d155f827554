import { defined, isJsonObject, type JsonObject, member, nonEmptyText } from "../base/json.js";
import { snakeCase } from "../base/snake-case.js";

/** A payload in the shape that handlers see: the objects of the event are at the top level. */
export interface Normalised {
  readonly payload: JsonObject;
  /** The event that the body names. */
  readonly event: string | undefined;
  /**
   * `platform`: the family runtime, or similar. `identified`: a webhook with an `id`, which is the same in every attempt. `flat`:
   * the family webhook-flat, which has no id, only the time of the event.
   */
  readonly family: "platform" | "identified" | "flat";
  readonly id: string | undefined;
}

/** Members whose keys are chosen by users, so they are not renamed. */
export const opaqueMembers: readonly string[] = ["customFields", "custom_fields", "metadata"];

/** Renames the keys of an object and of the objects directly in it to snake_case. If both spellings exist, snake_case wins. */
function withSnakeCaseNames(value: unknown, levels = 2): unknown {
  if (!isJsonObject(value) || levels === 0) return value;
  const members = Object.entries(value).map(([key, item]) => ({
    key,
    name: /^[a-z]/.test(key) ? snakeCase(key) : key,
    item: opaqueMembers.includes(key) ? item : withSnakeCaseNames(item, levels - 1),
  }));
  const kept = members.filter(({ key, name }) => key === name);
  return Object.fromEntries([...members, ...kept].map(({ name, item }) => [name, item]));
}

function objectAt(payload: JsonObject, key: string): JsonObject {
  const value = member(payload, key);
  return isJsonObject(value) ? value : {};
}

/** An object with the members that are not undefined, or undefined if there are none. */
function objectOf(members: JsonObject): JsonObject | undefined {
  const given = defined(members);
  return Object.keys(given).length === 0 ? undefined : given;
}

/** The payload without these keys. */
function except(payload: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(payload).filter(([key]) => !keys.includes(key)));
}

/** The member that the event's types declare. For an event of neither kind: `issue` if there is an `issue_id`, else `case`. */
function subjectKey({ event, issue_id }: JsonObject): "issue" | "case" {
  const name = String(event);
  const isNeither = !name.startsWith("issue.") && !name.startsWith("case.");
  return name.startsWith("case.") || (isNeither && (issue_id ?? undefined) === undefined) ? "case" : "issue";
}

/** The id may be missing if there is a key, as in the family webhook-v1 (fact 803). */
function identified(subject: unknown): unknown {
  if (!isJsonObject(subject) || member(subject, "id") !== undefined) return subject;
  const key = member(subject, "key");
  return key === undefined ? subject : { ...subject, id: key };
}

function identifiedSubjects(payload: JsonObject): JsonObject {
  return defined({
    ...payload,
    issue: identified(member(payload, "issue")),
    case: identified(member(payload, "case")),
  });
}

/**
 * In the family webhook, `from` and `to` are beside the issue (fact 802). For events that are not transitions they may mean
 * something else.
 */
function withTransition(data: JsonObject, event: unknown, actor: JsonObject): JsonObject {
  const { from, to } = data;
  const isTransition = typeof event === "string" && /transition|status_changed/.test(event);
  if (!isTransition || typeof from !== "string" || typeof to !== "string" || isJsonObject(data.transition)) return data;
  return { ...except(data, "from", "to"), transition: defined({ from, to, performed_by: actor.email }) };
}

/** The family webhook: `{id, type, createdAt, organizationId, projectKey | workspaceId, data}` (facts 802, 811). */
function fromWebhook(payload: JsonObject): JsonObject {
  const { type, createdAt, organizationId, projectKey, workspaceId } = payload;
  const hasData = isJsonObject(payload.data);
  const data = hasData ? (withSnakeCaseNames(payload.data) as JsonObject) : {};
  const actor = objectAt(data, "actor");
  const rest = identifiedSubjects(withTransition(except(data, "actor"), type, actor));
  return defined({
    ...except(payload, "type", "createdAt", "organizationId", "projectKey", "workspaceId"),
    data: hasData ? undefined : (payload.data ?? undefined),
    organization: objectOf({ id: organizationId }),
    project: objectOf({ key: projectKey }),
    context: objectOf({ workspace: workspaceId }),
    user: objectOf(actor),
    ...rest,
    event: type,
    received_at: createdAt,
  });
}

/** The family webhook-v1: `{id, event, occurred_at, project {slug, name}, data}` (fact 803). */
function fromWebhookV1(payload: JsonObject): JsonObject {
  const project = objectAt(payload, "project");
  return defined({
    ...except(payload, "occurred_at", "data"),
    project: objectOf({ key: project.slug, ...project }),
    ...identifiedSubjects(objectAt(payload, "data")),
    event: payload.event,
    received_at: payload.occurred_at,
  });
}

/** Members of the family webhook-flat that are renamed or moved. */
const flatMembers: readonly string[] = [
  "timestamp",
  "issue_id",
  "case_id",
  "title",
  "status",
  "previous_status",
  "issue_type",
  "priority",
  "assignee_id",
  "custom_fields",
  "labels",
  "comment_id",
  "author",
  "body",
];

/** The family webhook-flat: the members of the issue are beside those of the envelope (fact 804). */
function fromWebhookFlat(payload: JsonObject): JsonObject {
  const { organization_id, project_id, status, previous_status, issue_type, comment_id, author, body } = payload;
  const isTransition = typeof previous_status === "string" && typeof status === "string";
  const subject = defined({
    id: payload.issue_id ?? payload.case_id,
    title: payload.title,
    status,
    type: issue_type,
    priority: payload.priority,
    project_id,
    organization_id,
    assignee_id: payload.assignee_id,
    custom_fields: payload.custom_fields,
    labels: payload.labels,
  });
  return defined({
    ...except(payload, ...flatMembers),
    [subjectKey(payload)]: subject,
    transition: isTransition ? { from: previous_status, to: status } : undefined,
    comment: comment_id === undefined ? undefined : defined({ id: comment_id, body, author }),
    user: author,
    organization: objectOf({ id: organization_id }),
    project: objectOf({ id: project_id }),
    received_at: payload.timestamp,
  });
}

/** The family catalog: `{event, id, timestamp, organization_id, payload}` (fact 805). */
function fromCatalog(payload: JsonObject): JsonObject {
  return defined({
    ...except(payload, "timestamp", "payload"),
    organization: objectOf({ id: payload.organization_id }),
    ...identifiedSubjects(objectAt(payload, "payload")),
    event: payload.event,
    received_at: payload.timestamp,
  });
}

interface Shape {
  readonly family: Normalised["family"];
  readonly normalise: (payload: JsonObject) => JsonObject;
}

const platform: Shape = { family: "platform", normalise: (payload) => payload };
const webhook: Shape = { family: "identified", normalise: fromWebhook };
const webhookV1: Shape = { family: "identified", normalise: fromWebhookV1 };
const catalog: Shape = { family: "identified", normalise: fromCatalog };
const webhookFlat: Shape = { family: "flat", normalise: fromWebhookFlat };

/** The shape of a payload (facts 801 to 806). */
function shapeOf(payload: JsonObject): Shape {
  const isNamed = typeof member(payload, "event") === "string";
  const isFromPlatform = isJsonObject(member(payload, "authentication"));
  // A delivery of the family runtime may have members that look like those of a webhook, such as `data`.
  if (isNamed && isFromPlatform) return platform;
  const has = (key: string): boolean => member(payload, key) !== undefined;
  const hasObject = (key: string): boolean => isJsonObject(member(payload, key));
  if (!isNamed) {
    // The fields vary by type (fact 811), so there may be none.
    const hasEnvelope = hasObject("data") || (!isFromPlatform && typeof member(payload, "createdAt") === "string");
    return hasEnvelope && typeof member(payload, "type") === "string" ? webhook : platform;
  }
  if (hasObject("data") && has("occurred_at")) return webhookV1;
  if (hasObject("payload") && has("timestamp")) return catalog;
  const isFlat = has("timestamp") && (has("issue_id") || has("case_id")) && !hasObject("issue") && !hasObject("case");
  return isFlat ? webhookFlat : platform;
}

/** The form of Kiket's ids of deliveries. In the family runtime a member `id` may also be data of the event. */
const deliveryIdPattern = /^(?:evt|dlv)_/;

function idOf(payload: JsonObject, family: Normalised["family"]): string | undefined {
  const id = member(payload, "id");
  if (family !== "identified") return typeof id === "string" && deliveryIdPattern.test(id) ? id : undefined;
  return typeof id === "number" ? String(id) : nonEmptyText(id);
}

/**
 * Converts a verified body to the shape that handlers see. The families webhook, webhook-v1, webhook-flat and catalog become
 * like runtime: names in snake_case, and `event`, `received_at`, the issue or case, `transition`, `comment`, `user`,
 * `organization` and `project` at the top level. Unknown members are kept.
 */
export function normalise(received: JsonObject): Normalised {
  // See facts 801 to 806; the id of a webhook is for detecting repeats (fact 187).
  const shape = shapeOf(received);
  const payload = shape.normalise(received);
  return {
    payload,
    event: nonEmptyText(member(payload, "event")),
    family: shape.family,
    id: idOf(received, shape.family),
  };
}
