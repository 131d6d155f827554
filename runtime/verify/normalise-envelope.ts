import { defined, isJsonObject, type JsonObject, member, nonEmptyText } from "../base/json.js";
import { snakeCase } from "../base/snake-case.js";

/** A payload in the one shape that handlers see: E1, with the event's objects at the top level. */
export interface Normalised {
  readonly payload: JsonObject;
  /** Named by the body. */
  readonly event: string | undefined;
  /**
   * `platform`: E1, or like it. `identified`: a webhook, whose `id` is the one to tell redeliveries by (wire contract §1.10).
   * `flat`: E4, which has no id, but the time of the event.
   */
  readonly family: "platform" | "identified" | "flat";
  readonly id: string | undefined;
}

/** Keys that users make: their names are nobody's to change. */
const opaque: readonly string[] = ["customFields", "custom_fields", "metadata"];

/** Wire names of an object and of the objects directly in it; where both spellings are given, snake_case wins. */
function withWireNames(value: unknown, levels = 2): unknown {
  if (!isJsonObject(value) || levels === 0) return value;
  const members = Object.entries(value).map(([key, item]) => ({
    key,
    name: /^[a-z]/.test(key) ? snakeCase(key) : key,
    item: opaque.includes(key) ? item : withWireNames(item, levels - 1),
  }));
  const kept = members.filter(({ key, name }) => key === name);
  return Object.fromEntries([...members, ...kept].map(({ name, item }) => [name, item]));
}

function objectAt(payload: JsonObject, key: string): JsonObject {
  const value = member(payload, key);
  return isJsonObject(value) ? value : {};
}

/** An object with these members, or undefined where none of them was given. */
function objectOf(members: JsonObject): JsonObject | undefined {
  const given = defined(members);
  return Object.keys(given).length === 0 ? undefined : given;
}

/** Without the keys named. */
function except(payload: JsonObject, ...keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(payload).filter(([key]) => !keys.includes(key)));
}

/** The member that the types of the event's payload promise; where they promise neither, the one whose id is given. */
function subjectKey({ event, issue_id }: JsonObject): "issue" | "case" {
  const name = String(event);
  const isNeither = !name.startsWith("issue.") && !name.startsWith("case.");
  return name.startsWith("case.") || (isNeither && (issue_id ?? undefined) === undefined) ? "case" : "issue";
}

/** The record's id may be missing where its key is not (E3). */
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

/** E2's data says where from and where to beside the issue; for events that are no move they may mean something else. */
function movedBy(data: JsonObject, event: unknown, actor: JsonObject): JsonObject {
  const { from, to } = data;
  const isMove = typeof event === "string" && /transition|status_changed/.test(event);
  if (!isMove || typeof from !== "string" || typeof to !== "string" || isJsonObject(data.transition)) return data;
  return { ...except(data, "from", "to"), transition: defined({ from, to, performed_by: actor.email }) };
}

/** E2: `{id, type, createdAt, organizationId, projectKey | workspaceId, data}`. */
function fromDocumentedWebhook(payload: JsonObject): JsonObject {
  const { type, createdAt, organizationId, projectKey, workspaceId } = payload;
  const data = withWireNames(payload.data) as JsonObject;
  const actor = objectAt(data, "actor");
  const moved = identifiedSubjects(movedBy(except(data, "actor"), type, actor));
  return defined({
    ...except(payload, "type", "createdAt", "organizationId", "projectKey", "workspaceId", "data"),
    organization: objectOf({ id: organizationId }),
    project: objectOf({ key: projectKey }),
    context: objectOf({ workspace: workspaceId }),
    user: objectOf(actor),
    ...moved,
    event: type,
    received_at: createdAt,
  });
}

/** E3: `{id, event, occurred_at, project {slug, name}, data}`. */
function fromFirstWebhook(payload: JsonObject): JsonObject {
  const project = objectAt(payload, "project");
  return defined({
    ...except(payload, "occurred_at", "data"),
    project: objectOf({ key: project.slug, ...project }),
    ...identifiedSubjects(objectAt(payload, "data")),
    event: payload.event,
    received_at: payload.occurred_at,
  });
}

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

/** E4: everything flat, the issue's members among the envelope's. */
function fromFlatWebhook(payload: JsonObject): JsonObject {
  const { organization_id, project_id, status, previous_status, issue_type, comment_id, author, body } = payload;
  const isMove = typeof previous_status === "string" && typeof status === "string";
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
    transition: isMove ? { from: previous_status, to: status } : undefined,
    comment: comment_id === undefined ? undefined : defined({ id: comment_id, body, author }),
    user: author,
    organization: objectOf({ id: organization_id }),
    project: objectOf({ id: project_id }),
    received_at: payload.timestamp,
  });
}

/** E5: `{event, id, timestamp, organization_id, payload}`. */
function fromCatalogEvent(payload: JsonObject): JsonObject {
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
const documentedWebhook: Shape = { family: "identified", normalise: fromDocumentedWebhook };
const firstWebhook: Shape = { family: "identified", normalise: fromFirstWebhook };
const catalogEvent: Shape = { family: "identified", normalise: fromCatalogEvent };
const flatWebhook: Shape = { family: "flat", normalise: fromFlatWebhook };

/** Which shape a payload has (manifest-and-events §4.2). */
function shapeOf(payload: JsonObject): Shape {
  const isNamed = typeof member(payload, "event") === "string";
  const isFromPlatform = isJsonObject(member(payload, "authentication"));
  // A platform's own delivery names its event and has its objects at the top level, whatever else they may be called.
  if (isNamed && isFromPlatform) return platform;
  const has = (key: string): boolean => member(payload, key) !== undefined;
  const hasObject = (key: string): boolean => isJsonObject(member(payload, key));
  if (!isNamed) return hasObject("data") && typeof member(payload, "type") === "string" ? documentedWebhook : platform;
  if (hasObject("data") && has("occurred_at")) return firstWebhook;
  if (hasObject("payload") && has("timestamp")) return catalogEvent;
  const isFlat = has("timestamp") && (has("issue_id") || has("case_id")) && !hasObject("issue") && !hasObject("case");
  return isFlat ? flatWebhook : platform;
}

/** An id as the platform writes one: in a delivery of the platform a member called `id` may be the event's own data. */
const platformId = /^(?:evt|dlv)_/;

function idOf(payload: JsonObject, family: Normalised["family"]): string | undefined {
  const id = member(payload, "id");
  if (family !== "identified") return typeof id === "string" && platformId.test(id) ? id : undefined;
  return typeof id === "number" ? String(id) : nonEmptyText(id);
}

/**
 * Brings a verified body into the one shape that handlers see. The webhook families E2 to E5 become E1's: snake_case names,
 * `event`, `received_at`, the issue or case, `transition`, `comment`, `user`, `organization` and `project` at the top level.
 * Members that nobody knows are kept.
 */
export function normalise(received: JsonObject): Normalised {
  const shape = shapeOf(received);
  const payload = shape.normalise(received);
  return {
    payload,
    event: nonEmptyText(member(payload, "event")),
    family: shape.family,
    id: idOf(received, shape.family),
  };
}
