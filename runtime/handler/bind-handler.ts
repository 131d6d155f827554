import { type ParameterPlacement, placeParameters } from "./declared-parameters.js";
import type { Handler, HandlerFunction, HandlerOptions } from "./define-handler.js";
import type { ExtensionTypes } from "./extension-types.js";

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
