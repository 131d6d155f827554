import { type ParameterPlacement, placeParameters } from "./declared-parameters.js";
import { type Handler, type HandlerFunction, type HandlerOptions, handlerOf } from "./define-handler.js";
import type { ExtensionTypes } from "./extension-types.js";
import type { Sendable } from "./sendable.js";

/** The `defineHandler` of a generated event module, for its event, version, payload and extension types. */
export interface BoundDefineHandler<Event extends string, Version extends string, Payload, T extends ExtensionTypes> {
  /** Defines a handler that every verified delivery may call. */
  <Result>(handle: HandlerFunction<Payload, T, Result & Sendable<Awaited<Result>>>): Handler<Event, Version>;
  /** Defines a handler with options. */
  <Result>(
    options: HandlerOptions<T>,
    handle: HandlerFunction<Payload, T, Result & Sendable<Awaited<Result>>>,
  ): Handler<Event, Version>;
}

/** Makes the `defineHandler` of a generated event module. Declared parameters are copied to where the payload's type has them. */
export function bindHandler<Event extends string, Version extends string, Payload, T extends ExtensionTypes>(
  event: Event,
  version: Version,
  placement?: ParameterPlacement,
): BoundDefineHandler<Event, Version, Payload, T> {
  return (
    ...given: readonly [HandlerFunction<Payload, T>] | readonly [HandlerOptions<T>, HandlerFunction<Payload, T>]
  ) => {
    const [options, handle] = given.length === 1 ? [{}, given[0]] : given;
    const handler = handlerOf(event, version, options ?? {}, handle);
    if (placement === undefined) return handler;
    const placed = (payload: never, context: never) => handle(placeParameters(payload, placement) as Payload, context);
    return Object.freeze({ ...handler, handle: placed });
  };
}
