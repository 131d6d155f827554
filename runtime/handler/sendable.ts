import type { RawReply } from "./raw-reply.js";

/** A result with this type cannot be sent. `Why` says what in it JSON would lose; the compiler's message shows it. */
export interface NotSendable<Why extends string> {
  readonly cannotBeSent: Why;
}

type AnyFunction = (...given: never) => unknown;

/** How many more levels of a result are looked at, since types may contain themselves. Below 0 is `never`. */
type Levels = 0 | 1 | 2 | 3;
type LevelsBelow = readonly [never, 0, 1, 2];

/**
 * What JSON would lose in a result, as text; `never` if nothing is found. A result may have methods, and types that are not known pass:
 * the runtime looks at the value itself.
 */
export type LossIn<Result, Level extends Levels = 3> = [Level] extends [never]
  ? never
  : unknown extends Result
    ? never
    : Result extends string | number | boolean | null | undefined | RawReply | { readonly toJSON: AnyFunction }
      ? never
      : Result extends bigint
        ? "a BigInt: use a number or text"
        : Result extends symbol
          ? "a symbol"
          : Result extends AnyFunction
            ? Level extends 3
              ? "a function"
              : never
            : Result extends readonly (infer Item)[]
              ? LossIn<Item, LevelsBelow[Level]>
              : Result extends { readonly then: AnyFunction }
                ? "a promise: await it"
                : Result extends { readonly arrayBuffer: AnyFunction }
                  ? "a Response or Blob: return raw(body, { contentType })"
                  : Result extends
                        | { readonly [Symbol.iterator]: AnyFunction }
                        | { readonly [Symbol.asyncIterator]: AnyFunction }
                    ? "a Map, Set, iterator, stream or typed array: use a plain object or a list"
                    : [Result, "stack"] extends [Error, keyof Result]
                      ? "an Error: use its message"
                      : { readonly [Key in keyof Result]-?: LossIn<Result[Key], LevelsBelow[Level]> }[keyof Result];

/** What the compiler asks of a result beyond its own type: nothing, unless JSON would lose something in it. */
export type Sendable<Result> = [LossIn<Result>] extends [never] ? unknown : NotSendable<LossIn<Result>>;
