import { isJsonObject, type JsonObject, member } from "./json.js";

// See fact 141.
/** An id of Kiket: an integer in some places, a string in others. */
export type Id = number | string;

/** Whether a value can be an id. An empty string cannot. */
export function isId(value: unknown): value is Id {
  return typeof value === "string" ? value !== "" : Number.isFinite(value);
}

// See facts 135 to 140 and 801 to 806.
/** The members of a delivery's body that all events share. There may be unknown members too. */
export interface Envelope {
  /** Only webhooks have it: the identifier of the delivery, or that in the event's own data. `context.deliveryId` is always the former. */
  readonly id?: Id;
  /** Event name. */
  readonly event?: string;
  readonly event_version?: string;
  /** Only deliveries that the CLI replays have it: the short name of the event, such as `issue_created`. */
  readonly event_type?: string;
  readonly action?: string;
  /** RFC 3339. */
  readonly received_at?: string;
  /** Absent if deliveries are signed with a shared secret only. */
  readonly authentication?: {
    /** An ES256 JWT, already verified when a handler is called. */
    readonly runtime_token: string;
    readonly token_type?: string;
    readonly expires_at?: string;
    /** A copy, which is not used: the scopes in the token's claim count. */
    readonly scopes?: readonly string[];
  };
  /** Kiket's API for this delivery. Its origin is used only if it is the configured or an allowed one. */
  readonly api?: { readonly base_url?: string; readonly runtime_header?: string } | null;
  /** Secrets and settings of this delivery's organization. Read them with `context.secret()` and `context.settings`. */
  readonly secrets?: Readonly<Record<string, string>> | null;
  /** Secrets of the manifest for which the organization has no value. */
  readonly secret_status?: { readonly missing?: readonly string[] };
  readonly context?: {
    readonly user_id?: Id;
    /** A slug, or in webhooks an id such as `ws_7`. */
    readonly workspace?: Id;
  };
  readonly organization?: { readonly subdomain?: string; readonly id?: Id };
  readonly organization_id?: Id;
  readonly project?: { readonly id?: Id; readonly key?: string; readonly slug?: string; readonly name?: string };
  readonly project_id?: Id;
  /** Who caused the event. */
  readonly user?: { readonly id?: Id; readonly name?: string; readonly email?: string };
}

function idIn(object: unknown, key: string): Id | undefined {
  const id = isJsonObject(object) ? member(object, key) : undefined;
  return isId(id) ? id : undefined;
}

function placeIn(payload: JsonObject, place: "project" | "organization"): Id | undefined {
  const key = `${place}_id`;
  return (
    idIn(payload, key) ??
    idIn(member(payload, place), "id") ??
    idIn(member(payload, "issue"), key) ??
    idIn(member(payload, "case"), key)
  );
}

/** The project id in a payload, from the members in which deliveries are known to have it. */
export function projectOfPayload(payload: JsonObject): Id | undefined {
  return placeIn(payload, "project");
}

/** The organization id in a payload, from the members in which deliveries are known to have it. */
export function organizationOfPayload(payload: JsonObject): Id | undefined {
  return placeIn(payload, "organization");
}
