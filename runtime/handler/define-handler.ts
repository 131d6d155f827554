import type { Envelope } from "../base/envelope.js";
import type { HandlerContext } from "./context.js";
import { type ParameterPlacement, placeParameters } from "./declared-parameters.js";
import type { ExtensionTypes, OpenExtension } from "./extension-types.js";

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
