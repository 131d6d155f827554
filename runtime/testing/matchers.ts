import { fileURLToPath } from "node:url";
import { isJsonObject } from "../base/json.js";
import type { VerdictStatus } from "../handler/verdicts.js";
import type { DeliveryFailure } from "../pipeline/watched-requests.js";
import type { DeliveryOutcome } from "../platform/deliver.js";
import type { OperationId } from "../platform/http/operation.js";
import type { ApiCall } from "../platform/http/recorded-calls.js";
import type { AdapterFailure } from "./adapter-run.js";
import type { AdapterOutcome } from "./test-adapter.js";

/** The members of a call to compare. Missing members are not compared, at any depth. */
export type CallPattern = Partial<Pick<ApiCall, "body" | "query" | "path" | "headers" | "status">>;

/** The types of the matchers. For vitest: `declare module "vitest" { interface Matchers extends DeliveryMatchers {} }`. */
export interface DeliveryMatchers {
  /** The verdict is `allow`. */
  toBeAllowed(): void;
  /** The verdict is `deny`, with this message if one is given. */
  toBeDenied(message?: string | RegExp): void;
  /** The verdict is `pending`, with this message if one is given. */
  toBePending(message?: string | RegExp): void;
  /** The HTTP status is this one. */
  toHaveStatus(status: number): void;
  /** This API operation was called at least once. In the pattern, a text may be a regular expression or an asymmetric matcher. */
  toHaveCalled(operationId: OperationId, pattern?: CallPattern): void;
  /** The adapter has submitted the raw event, with this result if one is given. The pattern is like that of `toHaveCalled`. */
  toHaveSubmitted(pattern?: object): void;
  /** The delivery was refused because all these scopes are missing. Without arguments: because any scope is missing. */
  toNeedScopes(...scopes: string[]): void;
}

/** The used part of the matcher state of vitest and jest. */
export interface MatcherState {
  /** True after `.not`. */
  readonly isNot: boolean;
  equals(a: unknown, b: unknown, testers?: unknown[]): boolean;
  /** Testers for `equals`. */
  readonly utils: { readonly subsetEquality: unknown; readonly iterableEquality: unknown };
}

/** As vitest and jest want it. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** For `expect.extend(matchers)` in vitest and jest. */
export const matchers: {
  readonly [Name in keyof DeliveryMatchers]: (
    this: MatcherState,
    received: unknown,
    ...expected: Parameters<DeliveryMatchers[Name]>
  ) => MatcherResult;
} = {
  toBeAllowed(received) {
    return judge(this, received, verdictOf("allow", undefined));
  },
  toBeDenied(received, message) {
    return judge(this, received, verdictOf("deny", message));
  },
  toBePending(received, message) {
    return judge(this, received, verdictOf("pending", message));
  },
  toHaveStatus(received, status) {
    return judge(this, received, (outcome) => [outcome.status === status, `have status ${status}`]);
  },
  toHaveCalled(received, operationId, pattern = {}) {
    const judgement = ({ calls }: AnyOutcome): Judged => [
      calls.some((call) => call.operationId === operationId && this.equals(call, pattern, testersOf(this))),
      `have called ${operationId}${patternText(pattern)}`,
    ];
    return isAdapterOutcome(received) ? judgeAdapter(this, received, judgement) : judge(this, received, judgement);
  },
  toHaveSubmitted(received, pattern = {}) {
    return judgeAdapter(this, received, ({ submitted }) => [
      submitted !== undefined && this.equals(submitted, pattern, testersOf(this)),
      `have submitted${patternText(pattern) || " anything"}`,
    ]);
  },
  toNeedScopes(received, ...scopes) {
    return judge(this, received, ({ status, body }) => {
      const named = status === 403 && isJsonObject(body) ? body.missing_scopes : undefined;
      const missing = Array.isArray(named) ? named : [];
      const pass = missing.length > 0 && scopes.every((scope) => missing.includes(scope));
      return [pass, `need ${scopes.length === 0 ? "a scope" : scopes.join(", ")}`];
    });
  },
};

type AnyOutcome = DeliveryOutcome | AdapterOutcome;

/** Whether an outcome is as expected, and what was expected of it. */
type Judged = readonly [pass: boolean, what: string];
type Judgement<Outcome> = (outcome: Outcome) => Judged;

/** Without it, a regular expression in a pattern is an object without members, which everything matches. */
function regularExpression(value: unknown, pattern: unknown): boolean | undefined {
  return pattern instanceof RegExp ? typeof value === "string" && isFound(pattern, value) : undefined;
}

/** Unlike `test`, `search` does not go on where the last match with the flag `g` has ended. */
function isFound(pattern: RegExp, text: string): boolean {
  return text.search(pattern) !== -1;
}

/** Members that the pattern does not have are not compared. */
function testersOf({ utils }: MatcherState): unknown[] {
  return [regularExpression, utils.iterableEquality, utils.subsetEquality];
}

function patternText(pattern: object): string {
  if (Object.keys(pattern).length === 0) return "";
  return ` with ${JSON.stringify(pattern, (_key, value) => (value instanceof RegExp ? String(value) : value))}`;
}

function verdictOf(status: VerdictStatus, message: string | RegExp | undefined): Judgement<DeliveryOutcome> {
  const wanted = message === undefined ? "" : ` with ${message instanceof RegExp ? message : JSON.stringify(message)}`;
  return ({ body, verdict }) => {
    const text = isJsonObject(body) ? body.message : undefined;
    const isExpected =
      message === undefined ||
      (typeof text === "string" && (message instanceof RegExp ? isFound(message, text) : text === message));
    return [verdict === status && isExpected, `be answered ${status}${wanted}`];
  };
}

/**
 * A value that is not an outcome fails with `.not` too. Nothing is thrown: a failure would then be shown here, and not at the line
 * of the test.
 */
function notJudged({ isNot }: MatcherState, received: unknown, what: string, made: string): MatcherResult {
  const message =
    received instanceof Promise
      ? `expect() needs the outcome of ${what}, but got a promise: await ${made} first.`
      : `expect() needs the outcome of ${what}, as returned by ${made}.`;
  return { pass: isNot, message: () => message };
}

function judge(state: MatcherState, received: unknown, judgement: Judgement<DeliveryOutcome>): MatcherResult {
  if (!isOutcome(received)) return notJudged(state, received, "a delivery", "deliver()");
  const { event, version } = received;
  return resultOf(judgement(received), `the delivery of ${event} ${version}`, () => detail(received));
}

function judgeAdapter(state: MatcherState, received: unknown, judgement: Judgement<AdapterOutcome>): MatcherResult {
  if (!isAdapterOutcome(received)) return notJudged(state, received, "a raw event", "run()");
  return resultOf(judgement(received), `the raw event ${received.rawEvent.sourceEventType}`, () =>
    adapterDetail(received),
  );
}

function resultOf([pass, what]: Judged, subject: string, detailed: () => string): MatcherResult {
  return { pass, message: () => `expected ${subject} ${pass ? "not to" : "to"} ${what}\n\n${detailed()}` };
}

function isOutcome(received: unknown): received is DeliveryOutcome {
  return isJsonObject(received) && typeof received.status === "number" && Array.isArray(received.calls);
}

function isAdapterOutcome(received: unknown): received is AdapterOutcome {
  return isJsonObject(received) && isJsonObject(received.rawEvent) && Array.isArray(received.calls);
}

/** The folder of this package's code. */
const own = new URL("..", import.meta.url);
const notUsers = ["node:", "/node_modules/", "\\node_modules\\", own.href, fileURLToPath(own)];

/** The first place of a stack in the user's own code. */
function placeIn(stack: string): string | undefined {
  const frames = stack.split("\n").flatMap((line) => /^\s+at (?:async )?(.*:\d+:\d+\)?)$/.exec(line)?.[1] ?? []);
  return frames.find((frame) => !notUsers.some((part) => frame.includes(part)));
}

/** What was thrown is plain data. Its place does not look like a line of a stack: vitest would take it for the failure's own. */
function failureText(failure: DeliveryFailure | AdapterFailure): string {
  const { cause } = failure;
  const code = `${failure.message} (${failure.reason})`;
  if (!("cause" in failure)) return code;
  if (!isJsonObject(cause)) return `${String(cause)} (${failure.reason})`;
  const { name, message, stack } = cause;
  const place = typeof stack === "string" ? placeIn(stack) : undefined;
  return `${name}: ${message}${causeLines(cause.cause)}${place === undefined ? "" : `\n  in ${place}`}`;
}

/** What caused an error: of a service that does not answer, Node says "fetch failed", and only the cause names its address. */
function causeLines(cause: unknown, most = 2): string {
  if (most === 0 || cause === undefined) return "";
  if (!isJsonObject(cause)) return `\n  caused by ${String(cause)}`;
  return `\n  caused by ${cause.name}: ${cause.message}${causeLines(cause.cause, most - 1)}`;
}

function detail({ status, body, calls, failure }: DeliveryOutcome): string {
  return [`answered ${status} ${JSON.stringify(body)}`, ...reasonLines(failure), ...callLines(calls)].join("\n");
}

function adapterDetail({ submitted, duplicate, calls, failure }: AdapterOutcome): string {
  const nothing = duplicate ? "nothing was submitted: Kiket had this event before" : "nothing was submitted";
  const result = submitted === undefined ? nothing : `submitted ${JSON.stringify(submitted)}`;
  return [result, ...reasonLines(failure), ...callLines(calls)].join("\n");
}

function reasonLines(failure: DeliveryFailure | AdapterFailure | undefined): readonly string[] {
  return failure === undefined ? [] : [`because of ${failureText(failure)}`];
}

function callLines(calls: readonly ApiCall[]): readonly string[] {
  const lines = calls.map(
    ({ operationId, method, path, status, body }) =>
      `  ${status} ${operationId ?? `${method} ${path}`}${body === undefined ? "" : ` ${JSON.stringify(body)}`}`,
  );
  return [`calls: ${lines.length === 0 ? "none" : ""}`.trimEnd(), ...lines];
}
