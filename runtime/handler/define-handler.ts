import type { Envelope } from "../base/envelope.js";
import type { HandlerContext } from "./context.js";
import type { SentAs } from "./event-family.js";
import type { ExtensionTypes, OpenExtension } from "./extension-types.js";
import type { Sendable } from "./sendable.js";
import { isStub } from "./unfilled.js";

export interface HandlerOptions<T extends ExtensionTypes = OpenExtension> {
  /** Scopes that the delivery's token must have, or the handler is not called. The token scope `*` grants all. Default: none. */
  readonly requiredScopes?: readonly T["scope"][];
}

/**
 * The function of a handler. It may return a verdict from `allow`, `deny` or `pending`, any JSON value, a reply from `raw`, or nothing.
 * Then the response is `{"ok":true}`.
 */
export type HandlerFunction<
  Payload,
  T extends ExtensionTypes = OpenExtension,
  Result = unknown,
  Event extends string = string,
> = (payload: Payload, context: HandlerContext<T, SentAs<Event>>) => Result;

/** A registered handler, as plain data. The types `Event` and `Version` prevent its use for another event. */
export interface Handler<Event extends string = string, Version extends string = string> {
  readonly event: Event;
  readonly version: Version;
  readonly requiredScopes: readonly string[];
  /**
   * Paths of members that the payload's type requires, such as `issue.id`. The log names those that are absent where the event was
   * sent with its other name, `issue.*` or `case.*`. Default: none.
   */
  readonly required?: readonly string[];
  /** True if the function is the stub that the generator created. The extension warns of it when it starts. */
  readonly unfilled?: boolean;
  /** Called only by the runtime, after the origin was verified and the scopes were checked. */
  readonly handle: (payload: never, context: never) => unknown;
}

/**
 * A handler as it is registered.
 * @throws {TypeError} for arguments that only code without types can pass: the check of a scope must not be lost in silence.
 */
export function handlerOf<Event extends string, Version extends string, Payload, T extends ExtensionTypes>(
  event: Event,
  version: Version,
  { requiredScopes = [] }: HandlerOptions<T>,
  handle: HandlerFunction<Payload, T, unknown, Event>,
): Handler<Event, Version> {
  if (typeof handle !== "function" || !Array.isArray(requiredScopes)) {
    const accepted = "a function, or options and then a function. `requiredScopes` is a list";
    throw new TypeError(`The handler of ${event} ${version}: defineHandler takes ${accepted}.`);
  }
  const unfilled = isStub(handle) ? { unfilled: true } : {};
  return Object.freeze({ event, version, requiredScopes: Object.freeze([...requiredScopes]), ...unfilled, handle });
}

/** Registers a function for one event and version. Works without generated code. */
export function defineHandler<
  Event extends string,
  Version extends string,
  Payload = Envelope & Readonly<Record<string, unknown>>,
  Result = unknown,
>(
  options: HandlerOptions & { readonly event: Event; readonly version: Version },
  handle: HandlerFunction<Payload, OpenExtension, Result & Sendable<Awaited<Result>>, Event>,
): Handler<Event, Version> {
  return handlerOf(options.event, options.version, options, handle);
}
