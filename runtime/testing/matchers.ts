import { isJsonObject } from "../base/json.js";
import type { DeliveryOutcome, VerdictStatus } from "../platform/deliver.js";
import type { OperationId } from "../platform/http/operation.js";
import type { ApiCall } from "../platform/http/recorded-calls.js";

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
  /** This API operation was called at least once. The pattern may contain asymmetric matchers. */
  toHaveCalled(operationId: OperationId, pattern?: CallPattern): void;
  /** The delivery was refused because all these scopes are missing. Without arguments: because any scope is missing. */
  toNeedScopes(...scopes: string[]): void;
}

/** The used part of the matcher state of vitest and jest. */
export interface MatcherState {
  equals(a: unknown, b: unknown, testers?: unknown[]): boolean;
  /** Testers for `equals`. */
  readonly utils: { readonly subsetEquality: unknown; readonly iterableEquality: unknown };
}

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
    return verdict(received, "allow", undefined);
  },
  toBeDenied(received, message) {
    return verdict(received, "deny", message);
  },
  toBePending(received, message) {
    return verdict(received, "pending", message);
  },
  toHaveStatus(received, status) {
    const outcome = outcomeOf(received);
    return result(outcome, outcome.status === status, `have status ${status}`);
  },
  toHaveCalled(received, operationId, pattern = {}) {
    const outcome = outcomeOf(received);
    const testers = [this.utils.iterableEquality, this.utils.subsetEquality];
    const pass = outcome.calls.some((call) => call.operationId === operationId && this.equals(call, pattern, testers));
    const wanted = Object.keys(pattern).length === 0 ? "" : ` with ${JSON.stringify(pattern)}`;
    return result(outcome, pass, `have called ${operationId}${wanted}`);
  },
  toNeedScopes(received, ...scopes) {
    const outcome = outcomeOf(received);
    const body = isJsonObject(outcome.body) ? outcome.body : {};
    const missing = outcome.status === 403 && Array.isArray(body.missing_scopes) ? body.missing_scopes : [];
    const pass = missing.length > 0 && scopes.every((scope) => missing.includes(scope));
    return result(outcome, pass, `need ${scopes.length === 0 ? "a scope" : scopes.join(", ")}`);
  },
};

function verdict(received: unknown, status: VerdictStatus, message: string | RegExp | undefined): MatcherResult {
  const outcome = outcomeOf(received);
  const text = isJsonObject(outcome.body) ? outcome.body.message : undefined;
  const isExpected =
    message === undefined ||
    (typeof text === "string" && (message instanceof RegExp ? message.test(text) : text === message));
  const wanted = message === undefined ? "" : ` with ${message instanceof RegExp ? message : JSON.stringify(message)}`;
  return result(outcome, outcome.verdict === status && isExpected, `be answered ${status}${wanted}`);
}

/** Throws if it is not an outcome. A matcher that only failed would succeed with `.not`. */
function outcomeOf(received: unknown): DeliveryOutcome {
  if (received instanceof Promise) {
    throw new TypeError("expect() needs the outcome of a delivery, but got a promise: await deliver() first.");
  }
  if (isJsonObject(received) && typeof received.status === "number" && Array.isArray(received.calls)) {
    return received as unknown as DeliveryOutcome;
  }
  throw new TypeError("expect() needs the outcome of a delivery, as returned by deliver().");
}

function result(outcome: DeliveryOutcome, pass: boolean, what: string): MatcherResult {
  return {
    pass,
    message: () => `expected ${describe(outcome)} ${pass ? "not to" : "to"} ${what}\n\n${detail(outcome)}`,
  };
}

function describe({ event, version }: DeliveryOutcome): string {
  return `the delivery of ${event} ${version}`;
}

/** A logged error is plain data. The first line of its stack is usually in the user's code. */
function failureText(failure: unknown): string {
  if (!isJsonObject(failure)) return String(failure);
  const { name, message, stack } = failure;
  const place = typeof stack === "string" ? /\n\s+at .*/.exec(stack)?.[0] : undefined;
  return `${name}: ${message}${place ?? ""}`;
}

function detail({ status, body, calls, failure }: DeliveryOutcome): string {
  const lines = calls.map(
    ({ operationId, method, path, status, body }) =>
      `  ${status} ${operationId ?? `${method} ${path}`}${body === undefined ? "" : ` ${JSON.stringify(body)}`}`,
  );
  return [
    `answered ${status} ${JSON.stringify(body)}`,
    ...(failure === undefined ? [] : [`because of ${failureText(failure)}`]),
    `calls: ${lines.length === 0 ? "none" : ""}`.trimEnd(),
    ...lines,
  ].join("\n");
}
