import type { HandlerContext } from "./context.js";
import { type ParameterPlacement, placeParameters } from "./declared-parameters.js";
import type { MissingPermissions, NothingMissing } from "./permitted-api.js";

/**
 * What one extension's manifest makes of the open types: the generator fills this in once per extension
 * (`generated/context.gen.ts`), and every handler context is typed by it.
 */
export interface ExtensionTypes {
  /** The scopes that the manifest declares, verbatim. */
  readonly scope: string;
  /** Setting keys to value types, after coercion. */
  readonly settings: object;
  /** The names that `context.secret()` accepts. */
  readonly secret: string;
  /** What `context.customData(projectId)` returns. */
  readonly customData: object;
  /** Calls that the manifest's permissions leave out; `context.api` and `context.endpoints` refuse them. */
  readonly missing: MissingPermissions;
}

/** The types of an extension without generated code: everything open. */
export interface OpenExtension extends ExtensionTypes {
  readonly scope: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secret: string;
  readonly customData: Readonly<Record<string, never>>;
  readonly missing: NothingMissing;
}

export interface HandlerOptions<T extends ExtensionTypes = OpenExtension> {
  /** Scopes that the delivery's token must hold before the handler runs; default none. The token scope `*` holds all. */
  readonly requiredScopes?: readonly T["scope"][];
}

/**
 * A handler's body. The reply may be any JSON value, a verdict of `allow`, `deny` or `pending`, or nothing
 * (answered `{"ok":true}`).
 */
export type HandlerFunction<Payload, T extends ExtensionTypes = OpenExtension> = (
  payload: Payload,
  context: HandlerContext<T>,
) => unknown;

/** A registered handler: plain data. `Event` and `Version` keep one event's handler from being wired to another. */
export interface Handler<Event extends string = string, Version extends string = string> {
  readonly event: Event;
  readonly version: Version;
  readonly requiredScopes: readonly string[];
  /** Called by the runtime only, after verification and authorisation. */
  readonly handle: (payload: never, context: never) => unknown;
}

/** Registers a function for one event and version; usable without generated code. */
export function defineHandler<
  Event extends string,
  Version extends string,
  Payload = Envelope & Readonly<Record<string, unknown>>,
>(
  options: HandlerOptions & { readonly event: Event; readonly version: Version },
  handle: HandlerFunction<Payload>,
): Handler<Event, Version> {
  const { event, version, requiredScopes = [] } = options;
  return Object.freeze({ event, version, requiredScopes: Object.freeze([...requiredScopes]), handle });
}

/** What a generated event module exports as `defineHandler`: event, version, payload and extension types are bound. */
export type BoundDefineHandler<Event extends string, Version extends string, Payload, T extends ExtensionTypes> = (
  options: HandlerOptions<T>,
  handle: HandlerFunction<Payload, T>,
) => Handler<Event, Version>;

/** Makes a generated event module's `defineHandler`; declared parameters are put where its payload type has them. */
export function bindHandler<Event extends string, Version extends string, Payload, T extends ExtensionTypes>(
  event: Event,
  version: Version,
  placement?: ParameterPlacement,
): BoundDefineHandler<Event, Version, Payload, T> {
  return ({ requiredScopes = [] }, handle) =>
    Object.freeze({
      event,
      version,
      requiredScopes: Object.freeze([...requiredScopes]),
      handle:
        placement === undefined
          ? handle
          : (payload: never, context: never) => handle(placeParameters(payload, placement) as Payload, context),
    });
}

/** Kiket's ids are integers in some places and strings in others (wire contract A6, A17). */
export type Id = number | string;

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
