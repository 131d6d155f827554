import { type ParameterPlacement, placeParameters } from "./declared-parameters.js";
import type { AnswerOf, DeferFor } from "./deferral.js";
import { type Handler, type HandlerFunction, type HandlerOptions, handlerOf } from "./define-handler.js";
import type { ExtensionTypes } from "./extension-types.js";
import type { Sendable } from "./sendable.js";

/**
 * The `defineHandler` of a generated event module, for its event, version, payload and extension types, and for what Kiket does with
 * the answer.
 */
export interface BoundDefineHandler<
  Event extends string,
  Version extends string,
  Payload,
  T extends ExtensionTypes,
  Answer extends "any" | "verdict" = AnswerOf<Event>,
> {
  /** Defines a handler that every verified delivery may call. */
  <Result>(handle: HandlerFunction<Payload, T, Result & Sendable<Awaited<Result>>, Event>): Handler<Event, Version>;
  /** Defines a handler with options. */
  <Result>(
    options: HandlerOptions<T, DeferFor<Answer, Result>>,
    handle: HandlerFunction<Payload, T, Result & Sendable<Awaited<Result>>, Event>,
  ): Handler<Event, Version>;
}

/** What generated code knows of the event and its payload. */
export interface PayloadFacts extends Partial<ParameterPlacement> {
  /** `required` of the handler. */
  readonly required?: readonly string[];
  /** `verdict` if Kiket waits for a decision. Default: what the runtime knows of the event. */
  readonly answer?: "verdict";
}

/** Makes the `defineHandler` of a generated event module. Declared parameters are copied to where the payload's type has them. */
export function bindHandler<
  Event extends string,
  Version extends string,
  Payload,
  T extends ExtensionTypes,
  Answer extends "any" | "verdict" = AnswerOf<Event>,
>(
  event: Event,
  version: Version,
  { parameters, nested = false, required, answer }: PayloadFacts = {},
): BoundDefineHandler<Event, Version, Payload, T, Answer> {
  type Handle = HandlerFunction<Payload, T, unknown, Event>;
  return (...given: readonly [Handle] | readonly [HandlerOptions<T, unknown>, Handle]) => {
    const [options, handle] = given.length === 1 ? [{}, given[0]] : given;
    const plain = handlerOf(event, version, options ?? {}, handle);
    const known = { ...(required && { required }), ...(answer && { wantsVerdict: true }) };
    const handler = Object.freeze({ ...plain, ...known });
    if (parameters === undefined) return handler;
    const placed = (payload: never, context: never) =>
      handle(placeParameters(payload, { parameters, nested }) as Payload, context);
    return Object.freeze({ ...handler, handle: placed });
  };
}
