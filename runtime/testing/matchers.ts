import { isJsonObject } from "../base/json.js";
import type { DeliveryOutcome, VerdictStatus } from "../platform/deliver.js";
import type { OperationId } from "../platform/http/operation.js";
import type { ApiCall } from "../platform/http/recorded-calls.js";

/** What of a call is compared; members that are left out are not, and neither are members of objects below. */
export type CallPattern = Partial<Pick<ApiCall, "body" | "query" | "path" | "headers" | "status">>;

/** The matchers as `expect(outcome)` offers them. For vitest: `declare module "vitest" { interface Matchers extends DeliveryMatchers {} }`. */
export interface DeliveryMatchers {
  /** Answered with the verdict `allow`. */
  toBeAllowed(): void;
  /** Answered with the verdict `deny`, with that message where one is given. */
  toBeDenied(message?: string | RegExp): void;
  /** Answered with the verdict `pending`, with that message where one is given. */
  toBePending(message?: string | RegExp): void;
  /** Answered with that HTTP status. */
  toHaveStatus(status: number): void;
  /** Made that API call at least once; asymmetric matchers may stand in the pattern. */
  toHaveCalled(operationId: OperationId, pattern?: CallPattern): void;
  /** Refused for want of all these scopes; of any where none is named. */
  toNeedScopes(...scopes: string[]): void;
}

/** The part of vitest's and jest's matcher state that is used. */
export interface MatcherState {
  equals(a: unknown, b: unknown, testers?: unknown[]): boolean;
  /** Testers for `equals`, as they are. */
  readonly utils: { readonly subsetEquality: unknown; readonly iterableEquality: unknown };
}

export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** For `expect.extend(matchers)`, of vitest and of jest. */
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
  const said =
    message === undefined ||
    (typeof text === "string" && (message instanceof RegExp ? message.test(text) : text === message));
  const wanted = message === undefined ? "" : ` with ${message instanceof RegExp ? message : JSON.stringify(message)}`;
  return result(outcome, outcome.verdict === status && said, `be answered ${status}${wanted}`);
}

/** Throws rather than fails, so that `.not` does not take a mistake for success. */
function outcomeOf(received: unknown): DeliveryOutcome {
  if (received instanceof Promise) {
    throw new TypeError("expect() got a promise where the outcome of a delivery belongs: await deliver() first.");
  }
  if (isJsonObject(received) && typeof received.status === "number" && Array.isArray(received.calls)) {
    return received as unknown as DeliveryOutcome;
  }
  throw new TypeError("expect() needs the outcome of a delivery here, as deliver() answers it.");
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

/** A logged error is plain data; of its stack the first place is the user's own. */
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
