import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ApiConnectionError, ApiError } from "../../../runtime/index.js";
import { endpointMembers, endpointsOf } from "../../support/endpoints.js";
import { createScript, createSession, type Step } from "../../support/session.js";

const root = `0x${"a".repeat(64)}`;

/** Every member takes one of these lists of arguments. */
const argumentLists: readonly (readonly unknown[])[] = [
  ["a", "b", "c", {}],
  ["a", 1],
  [root],
  [{ contentHash: "a", merkleRoot: root, proof: [], leafIndex: 0 }],
];

// As in Node. vitest keeps more lines.
const { stackTraceLimit } = Error;
beforeAll(() => {
  Error.stackTraceLimit = 10;
});
afterAll(() => {
  Error.stackTraceLimit = stackTraceLimit;
});

/** The error of one call by a handler. */
async function ownHandler(call: () => unknown): Promise<unknown> {
  try {
    await call();
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Calls a member of the endpoints, through its group if it has one. */
async function failing(name: string, words: readonly unknown[], step: Step): Promise<unknown> {
  let at: unknown = endpointsOf(createSession(createScript(step, step, step)).api);
  const steps = name.split(".");
  const last = steps.pop() ?? "";
  for (const group of steps) {
    const member: unknown = Reflect.get(at as object, group);
    at = typeof member === "function" ? member.apply(at, []) : member;
  }
  return ownHandler(() => Reflect.get(at as object, last).apply(at, words));
}

describe("the stack of a failed call", () => {
  const calling = endpointMembers.filter(([, calls]) => calls.length > 0).map(([name]) => name);

  it.each(calling)("names the handler that called %s", async (name) => {
    for (const [step, kind] of [
      [{ status: 503 }, ApiError],
      ["broken", ApiConnectionError],
    ] as const) {
      const errors = await Promise.all(argumentLists.map((words) => failing(name, words, step)));
      const stacks = errors.flatMap((error) => (error instanceof kind ? [error.stack] : []));
      expect(stacks.length).toBeGreaterThan(0);
      for (const stack of stacks) expect(stack).toMatch(/\n {4}at (?:async )?ownHandler /);
    }
  });

  it("names the handler that called the client, and repeats the message", async () => {
    const { api } = createSession(createScript({ status: 404, body: { error: "No such key" } }));
    const error = await ownHandler(() => api.GET("/api/v1/ext/rate_limit"));
    expect(String((error as Error).stack)).toMatch(
      /^ApiError: GET \/api\/v1\/ext\/rate_limit answered 404: No such key\n(?: {4}at .*\n)* {4}at (?:async )?ownHandler /,
    );
  });
});
