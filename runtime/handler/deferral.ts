import { ConfigError } from "../base/errors.js";
import { isJsonObject } from "../base/json.js";
import { requireWholeNumber } from "../base/whole-number.js";
import { type Verdict, verdictOf } from "./verdicts.js";

/** How long to wait before a run that failed is tried again. */
export interface BackoffOptions {
  /** Milliseconds before the second run. Default 5000. */
  readonly delay?: number | undefined;
  /** Each later wait is this many times as long, from 1 to 10. Default 2. */
  readonly factor?: number | undefined;
  /** The longest wait, in milliseconds, at most 7 days. Default 3600000 (1 h). */
  readonly longest?: number | undefined;
}

/** The type of the option `defer` of a handler that returns something. The compiler's message shows it. */
export interface NotDeferrable<Why extends string> {
  readonly cannotBeDeferred: Why;
}

// See fact 827.
/** The events whose handler decides: Kiket waits for its verdict. */
export type VerdictEvent = "before_transition" | "workflow.before_transition";

/** The same for programs without types. */
export const verdictEvents: ReadonlySet<string> = new Set<VerdictEvent>([
  "before_transition",
  "workflow.before_transition",
]);

/** What Kiket does with the answer to an event: `verdict` if it waits for a decision, `any` if nothing is known of it. */
export type AnswerOf<Event extends string> = Event extends VerdictEvent ? "verdict" : "any";

/** What the option `defer` may be, for the answer that Kiket expects. */
export type DeferWith<Answer extends "any" | "verdict"> = Answer extends "verdict"
  ? DeferOptions & { readonly verdict: Verdict }
  : DeferOptions | true;

/**
 * The same if the function returns nothing. A result that is not known passes: before the compiler looks into the function, none is.
 */
export type DeferFor<Answer extends "any" | "verdict", Result> =
  unknown extends Awaited<Result>
    ? DeferWith<Answer>
    : // biome-ignore lint/suspicious/noConfusingVoidType: A function without a result has the result void.
      [Awaited<Result>] extends [void]
      ? DeferWith<Answer>
      : NotDeferrable<"the result of a deferred handler goes nowhere: return nothing, and set defer.verdict if Kiket waits for a verdict">;

/** How a handler runs after Kiket has its answer. */
export interface DeferOptions {
  /** How often it runs at most, the first time included, until it succeeds: 1 to 100. Default 5. */
  readonly attempts?: number | undefined;
  /** How long to wait before a run that failed is tried again; a number is the `delay`. Default: that of each member. */
  readonly backoff?: number | BackoffOptions | undefined;
  /**
   * Milliseconds for one run, at most 24 h. Then its `context.signal` is aborted, and it counts as failed. Default 900000 (15 min).
   */
  readonly timeout?: number | undefined;
  /** How many runs of this handler one worker has at the same time: 1 to 1000. Default: as many as the worker has at all. */
  readonly concurrency?: number | undefined;
  /** What Kiket is answered at once. Required where Kiket waits for a verdict. Default: `{"ok":true}`. */
  readonly verdict?: Verdict | undefined;
}

/** The same with every default, as plain data. Times in milliseconds. */
export interface Deferral {
  readonly attempts: number;
  readonly backoff: { readonly delay: number; readonly factor: number; readonly longest: number };
  readonly timeout: number;
  /** Undefined: no limit of its own. */
  readonly concurrency: number | undefined;
  /** Undefined: the answer is `{"ok":true}`. */
  readonly verdict: Verdict | undefined;
}

const second = 1_000;
const hour = 3_600 * second;
const day = 24 * hour;
/** The longest wait between two runs. */
const longestWait = 7 * day;

/** The options with their defaults. Nothing is checked: `requireDeferral` does that when the extension is created. */
export function deferralOf(options: true | DeferOptions): Deferral {
  const { attempts = 5, backoff = {}, timeout = hour / 4, concurrency, verdict } = options === true ? {} : options;
  // From programs without types it may be anything: as a delay it is refused.
  const given: BackoffOptions = isJsonObject(backoff) ? backoff : { delay: backoff as number };
  const { delay = 5 * second, factor = 2, longest = Math.max(delay, hour) } = given;
  return Object.freeze({
    attempts,
    backoff: Object.freeze({ delay, factor, longest }),
    timeout,
    concurrency,
    verdict,
  });
}

/**
 * Checks how a handler is deferred.
 * @param name The handler, such as `issue.created v1`.
 * @param wantsVerdict Whether Kiket waits for the verdict of its event.
 * @throws {ConfigError} if a number is out of range, the verdict is none, or a verdict is missing.
 */
export function requireDeferral(name: string, deferral: Deferral, wantsVerdict: boolean): void {
  const { attempts, backoff, timeout, concurrency, verdict } = deferral;
  const of = (option: string): string => `defer.${option} of the handler of ${name}`;
  requireWholeNumber(of("attempts"), attempts, 1, 100);
  requireWholeNumber(of("backoff.delay"), backoff.delay, 0, longestWait);
  requireWholeNumber(of("backoff.longest"), backoff.longest, 0, longestWait);
  if (!(typeof backoff.factor === "number" && backoff.factor >= 1 && backoff.factor <= 10)) {
    throw new ConfigError(`${of("backoff.factor")} must be a number from 1 to 10.`);
  }
  requireWholeNumber(of("timeout"), timeout, 1, day);
  if (concurrency !== undefined) requireWholeNumber(of("concurrency"), concurrency, 1, 1_000);
  if (verdict !== undefined && (verdictOf(verdict) === undefined || !isJsonObject(verdict.metadata))) {
    throw new ConfigError(`${of("verdict")} must be a verdict: allow(), deny({ message }) or pending({ message }).`);
  }
  if (verdict === undefined && wantsVerdict) {
    throw new ConfigError(
      `The handler of ${name} is deferred, but Kiket waits for its verdict: set defer.verdict to what Kiket is answered at once, such as pending({ message: "Being checked" }), or remove defer.`,
    );
  }
}
