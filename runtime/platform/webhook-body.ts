import { defined, isJsonObject, type JsonObject } from "../base/json.js";
import { camelCase, snakeCase } from "../base/snake-case.js";
import { opaqueMembers } from "../verify/normalise-envelope.js";

/** What a webhook has beside its payload. */
interface WebhookNames {
  readonly event: string;
  /** The same in every attempt. */
  readonly id: string;
  /** ISO 8601, unless the payload has `received_at`. */
  readonly createdAt: string;
  readonly organizationId: string;
}

/** Members that only a delivery to an extension has, or that a webhook has beside `data`. */
const beside: readonly string[] = [
  "id",
  "event",
  "event_version",
  "received_at",
  "authentication",
  "api",
  "secrets",
  "secret_status",
];

function objectIn(payload: JsonObject, key: string): JsonObject {
  const value = payload[key];
  return isJsonObject(value) ? value : {};
}

/** The keys of an object and of the objects directly in it, in camelCase. A key that no receiver would turn back is kept. */
function withCamelCaseNames(value: unknown, levels = 2): unknown {
  if (!isJsonObject(value) || levels === 0) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const name = camelCase(key);
      return [
        snakeCase(name) === key ? name : key,
        opaqueMembers.includes(key) ? item : withCamelCaseNames(item, levels - 1),
      ];
    }),
  );
}

/** Whether an object has no members but these. */
function hasOnly(object: JsonObject, ...keys: readonly string[]): boolean {
  return Object.keys(object).every((key) => keys.includes(key));
}

/** `from` and `to` beside the case, and the user, else who has moved it, as the actor. Other transitions stay objects. */
function transitionOf(payload: JsonObject, event: string): JsonObject {
  const transition = objectIn(payload, "transition");
  const { from, to, performed_by } = transition;
  const user = objectIn(payload, "user");
  const isPlain =
    event.includes("transition") &&
    typeof from === "string" &&
    typeof to === "string" &&
    hasOnly(transition, "from", "to", "performed_by");
  if (!isPlain) return defined({ transition: payload.transition, actor: payload.user });
  const actor = defined({ ...user, email: user.email ?? performed_by });
  return { from, to, ...(Object.keys(actor).length === 0 ? {} : { actor }) };
}

/**
 * The body of a webhook of the newest documentation, `{id, type, createdAt, organizationId, workspaceId, data}`, for a payload as
 * handlers see it. What the envelope has no place for is in `data`, so that a receiver gets the whole payload.
 */
export function webhookBody(payload: JsonObject, { event, id, createdAt, organizationId }: WebhookNames): JsonObject {
  // See facts 802 and 811. `normalise` is the way back.
  const { received_at, organization, context, user: _user, transition: _transition, ...members } = payload;
  const workspace = objectIn(payload, "context").workspace;
  const data = defined({
    ...Object.fromEntries(Object.entries(members).filter(([key]) => !beside.includes(key))),
    organization: hasOnly(objectIn(payload, "organization"), "id") ? undefined : organization,
    context: hasOnly(objectIn(payload, "context"), "workspace") ? undefined : context,
    ...transitionOf(payload, event),
  });
  return {
    id,
    type: event,
    createdAt: typeof received_at === "string" ? received_at : createdAt,
    organizationId,
    workspaceId: typeof workspace === "string" ? workspace : "ws_1",
    data: withCamelCaseNames(data),
  };
}
