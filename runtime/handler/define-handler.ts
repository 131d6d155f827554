import type { Envelope } from "../base/envelope.js";
import type { HandlerContext } from "./context.js";
import { type ParameterPlacement, placeParameters } from "./declared-parameters.js";
import type { ExtensionTypes, OpenExtension } from "./extension-types.js";

export interface HandlerOptions<T extends ExtensionTypes = OpenExtension> {
  /** Scopes that the delivery's token must have, or the handler is not called. The token scope `*` grants all. Default: none. */
  readonly requiredScopes?: readonly T["scope"][];
}

/**
 * The function of a handler. It may return a verdict from `allow`, `deny` or `pending`, any JSON value, or nothing. Then the
 * response is `{"ok":true}`.
 */
export type HandlerFunction<Payload, T extends ExtensionTypes = OpenExtension> = (
  payload: Payload,
  context: HandlerContext<T>,
) => unknown;

/** A registered handler, as plain data. The types `Event` and `Version` prevent its use for another event. */
export interface Handler<Event extends string = string, Version extends string = string> {
  readonly event: Event;
  readonly version: Version;
  readonly requiredScopes: readonly string[];
  /** Called only by the runtime, after the origin was verified and the scopes were checked. */
  readonly handle: (payload: never, context: never) => unknown;
}

/** Registers a function for one event and version. Works without generated code. */
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

/** The `defineHandler` of a generated event module, for its event, version, payload and extension types. */
export interface BoundDefineHandler<Event extends string, Version extends string, Payload, T extends ExtensionTypes> {
  /** Defines a handler that every verified delivery may call. */
  (handle: HandlerFunction<Payload, T>): Handler<Event, Version>;
  /** Defines a handler with options. */
  (options: HandlerOptions<T>, handle: HandlerFunction<Payload, T>): Handler<Event, Version>;
}

/** Makes the `defineHandler` of a generated event module. Declared parameters are copied to where the payload's type has them. */
export function bindHandler<Event extends string, Version extends string, Payload, T extends ExtensionTypes>(
  event: Event,
  version: Version,
  placement?: ParameterPlacement,
): BoundDefineHandler<Event, Version, Payload, T> {
  return (first: HandlerOptions<T> | HandlerFunction<Payload, T>, second?: HandlerFunction<Payload, T>) => {
    const [{ requiredScopes = [] }, handle] =
      typeof first === "function" ? [{}, first] : [first, second as HandlerFunction<Payload, T>];
    return Object.freeze({
      event,
      version,
      requiredScopes: Object.freeze([...requiredScopes]),
      handle:
        placement === undefined
          ? handle
          : (payload: never, context: never) => handle(placeParameters(payload, placement) as Payload, context),
    });
  };
}
