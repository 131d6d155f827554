import { isJsonObject, type JsonObject, member } from "./json.js";

/** Kiket's ids are integers in some places and strings in others (wire contract A6, A17). */
export type Id = number | string;

/** Whether a value can be the id of something; an empty text names nothing. */
export function isId(value: unknown): value is Id {
  return typeof value === "string" ? value !== "" : Number.isFinite(value);
}

/** The part of a delivery's body that every event shares (manifest-and-events §4.2, E1). Unknown keys may be present. */
export interface Envelope {
  /** Event name. */
  readonly event?: string;
  readonly event_version?: string;
  readonly action?: string;
  /** RFC 3339. */
  readonly received_at?: string;
  /** Absent where deliveries are signed by a shared secret alone. */
  readonly authentication?: {
    /** ES256 JWT; already verified when a handler sees it. */
    readonly runtime_token: string;
    readonly token_type?: string;
    readonly expires_at?: string;
    /** A copy; the token's own claim decides. */
    readonly scopes?: readonly string[];
  };
  readonly api?: { readonly base_url?: string; readonly runtime_header?: string } | null;
  /** Values bundled for the organization of this delivery; read them with `context.secret()` and `context.settings`. */
  readonly secrets?: Readonly<Record<string, string>> | null;
  readonly secret_status?: { readonly missing?: readonly string[] };
  readonly context?: { readonly user_id?: Id; readonly workspace?: unknown };
  readonly organization?: { readonly subdomain?: string; readonly id?: Id };
  readonly project?: { readonly id?: Id; readonly key?: string; readonly name?: string };
}

function idIn(object: unknown, key: string): Id | undefined {
  const id = isJsonObject(object) ? member(object, key) : undefined;
  return isId(id) ? id : undefined;
}

/** The project that a payload belongs to, looked for where deliveries have been seen to name it. */
export function projectOfPayload(payload: JsonObject): Id | undefined {
  return (
    idIn(payload, "project_id") ??
    idIn(member(payload, "project"), "id") ??
    idIn(member(payload, "issue"), "project_id") ??
    idIn(member(payload, "case"), "project_id")
  );
}
