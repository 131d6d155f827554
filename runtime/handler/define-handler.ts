import type { Envelope } from "../base/envelope.js";
import { isJsonObject } from "../base/json.js";
import type { HandlerContext } from "./context.js";
import { type AnswerOf, type DeferFor, type DeferOptions, type Deferral, deferralOf } from "./deferral.js";
import type { SentAs } from "./event-family.js";
import type { ExtensionTypes, OpenExtension } from "./extension-types.js";
import type { Sendable } from "./sendable.js";
import { isStub } from "./unfilled.js";

/** Options of a handler. */
export interface HandlerOptions<T extends ExtensionTypes = OpenExtension, Defer = DeferOptions | true> {
  /** Scopes that the delivery's token must have, or the handler is not called. The token scope `*` grants all. Default: none. */
  readonly requiredScopes?: readonly T["scope"][];
  /**
   * Kiket is answered once the delivery is stored in the queue of the extension, and the function runs afterwards, for as long as it
   * takes, again if it fails. It returns nothing. Default: the function runs at once, and its result is the answer.
   */
  readonly defer?: Defer | undefined;
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
  /** As in the manifest; the handler of an `issue.*` event also gets `case.*`, and the reverse. */
  readonly event: Event;
  readonly version: Version;
  /** Checked before the handler is called; else 403. */
  readonly requiredScopes: readonly string[];
  /**
   * Paths of members that the payload's type requires, such as `issue.id`. The log names those that are absent where the event was
   * sent with its other name, `issue.*` or `case.*`. Default: none.
   */
  readonly required?: readonly string[];
  /** True if the function is the stub that the generator created. The extension warns of it when it starts. */
  readonly unfilled?: boolean;
  /** How it runs after Kiket has its answer. Default: it runs before. */
  readonly deferral?: Deferral;
  /** True if Kiket waits for the verdict of the event. Default: whether the runtime knows the event as such. */
  readonly wantsVerdict?: boolean;
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
  { requiredScopes = [], defer }: HandlerOptions<T, unknown>,
  handle: HandlerFunction<Payload, T, unknown, Event>,
): Handler<Event, Version> {
  const refuse = (accepted: string): TypeError =>
    new TypeError(`The handler of ${event} ${version}: defineHandler takes ${accepted}.`);
  if (typeof handle !== "function" || !Array.isArray(requiredScopes)) {
    throw refuse("a function, or options and then a function. `requiredScopes` is a list");
  }
  if (!isDefer(defer)) throw refuse("options whose `defer` is true or an object such as { attempts: 3 }");
  const unfilled = isStub(handle) ? { unfilled: true } : {};
  const deferred = defer === undefined || defer === false ? {} : { deferral: deferralOf(defer) };
  const plain = {
    event,
    version,
    requiredScopes: Object.freeze([...requiredScopes]),
    ...unfilled,
    ...deferred,
    handle,
  };
  return Object.freeze(plain);
}

/** False is accepted from programs without types: it says what it means. */
function isDefer(value: unknown): value is DeferOptions | boolean | undefined {
  return value === undefined || typeof value === "boolean" || isJsonObject(value);
}

/** Registers a function for one event and version. Works without generated code. */
export function defineHandler<
  Event extends string,
  Version extends string,
  Payload = Envelope & Readonly<Record<string, unknown>>,
  Result = unknown,
>(
  options: HandlerOptions<OpenExtension, DeferFor<AnswerOf<Event>, Result>> & {
    readonly event: Event;
    readonly version: Version;
  },
  handle: HandlerFunction<Payload, OpenExtension, Result & Sendable<Awaited<Result>>, Event>,
): Handler<Event, Version> {
  return handlerOf(options.event, options.version, options, handle);
}
