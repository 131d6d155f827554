import { describe, expect, it } from "vitest";
import { defineHandler } from "../../../runtime/index.js";
import {
  type ApiCall,
  createTestExtension,
  type DeliveryMatchers,
  type DeliveryOutcome,
  matchers,
} from "../../../runtime/testing.js";

declare module "vitest" {
  interface Matchers extends DeliveryMatchers {}
}

expect.extend(matchers);

function call(over: Partial<ApiCall> = {}): ApiCall {
  return {
    operationId: "notify",
    method: "POST",
    path: "/api/v1/ext/notifications",
    query: {},
    headers: {},
    body: { title: "Late", body: "By two hours", level: "warning" },
    status: 201,
    fault: undefined,
    deliveryId: "dlv_1",
    answer: undefined,
    at: 0,
    ms: 0,
    ...over,
  };
}

function outcome(over: Partial<DeliveryOutcome> = {}): DeliveryOutcome {
  return {
    event: "issue.created",
    version: "v1",
    deliveryId: "dlv_1",
    status: 200,
    headers: new Headers(),
    body: { ok: true },
    verdict: undefined,
    failure: undefined,
    ms: 1,
    calls: [],
    sent: { url: "http://localhost/", method: "POST", headers: {}, body: "{}" },
    ...over,
  };
}

const allowed = outcome({ verdict: "allow", body: { status: "allow", metadata: {} } });
const denied = outcome({ verdict: "deny", body: { status: "deny", message: "Too late", metadata: {} } });
const waiting = outcome({ verdict: "pending", body: { status: "pending", message: "Soon", metadata: {} } });
const forbidden = outcome({
  status: 403,
  body: { error: "Insufficient scopes", required_scopes: ["a", "b"], missing_scopes: ["a", "b"] },
});
const notified = outcome({ calls: [call({ operationId: "getRateLimit", body: undefined }), call()] });

const cases: readonly (readonly [string, () => void, () => void])[] = [
  ["toBeAllowed", () => expect(allowed).toBeAllowed(), () => expect(denied).toBeAllowed()],
  ["toBeDenied", () => expect(denied).toBeDenied(), () => expect(allowed).toBeDenied()],
  ["toBeDenied with a text", () => expect(denied).toBeDenied("Too late"), () => expect(denied).toBeDenied("late")],
  ["toBeDenied with a pattern", () => expect(denied).toBeDenied(/late/), () => expect(denied).toBeDenied(/early/)],
  ["toBePending", () => expect(waiting).toBePending("Soon"), () => expect(denied).toBePending()],
  ["toHaveStatus", () => expect(forbidden).toHaveStatus(403), () => expect(forbidden).toHaveStatus(200)],
  ["toHaveCalled", () => expect(notified).toHaveCalled("notify"), () => expect(notified).toHaveCalled("emitMetric")],
  [
    "toHaveCalled with a part of the body",
    () => expect(notified).toHaveCalled("notify", { body: { level: "warning" } }),
    () => expect(notified).toHaveCalled("notify", { body: { level: "info" } }),
  ],
  [
    "toHaveCalled with a regular expression in the body",
    () => expect(notified).toHaveCalled("notify", { body: { title: /^l/i } }),
    () => expect(notified).toHaveCalled("notify", { body: { title: /early/ } }),
  ],
  [
    "toHaveCalled with a regular expression, for an object too",
    () => expect(notified).toHaveCalled("notify", { body: { body: /two/g } }),
    () => expect(notified).toHaveCalled("notify", { body: /late/ }),
  ],
  [
    "toHaveCalled with a status and asymmetric matchers",
    () => expect(notified).toHaveCalled("notify", { status: 201, body: { title: expect.stringMatching(/^L/) } }),
    () => expect(notified).toHaveCalled("notify", { status: 500 }),
  ],
  ["toNeedScopes", () => expect(forbidden).toNeedScopes(), () => expect(allowed).toNeedScopes()],
  ["toNeedScopes by name", () => expect(forbidden).toNeedScopes("a"), () => expect(forbidden).toNeedScopes("a", "c")],
];

function messageOf(failing: () => void): string {
  try {
    failing();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error("nothing was thrown");
}

describe("the matchers", () => {
  it.each(cases)("%s passes and fails", (_name, passing, failing) => {
    passing();
    expect(failing).toThrow(/^expected the delivery of issue\.created v1 to /);
  });

  it("describe the response and the calls", () => {
    expect(messageOf(() => expect(notified).toHaveCalled("emitMetric", { body: { name: "x" } }))).toBe(
      `expected the delivery of issue.created v1 to have called emitMetric with {"body":{"name":"x"}}

answered 200 {"ok":true}
calls:
  201 getRateLimit
  201 notify {"title":"Late","body":"By two hours","level":"warning"}`,
    );
    expect(messageOf(() => expect(notified).toHaveCalled("notify", { body: { title: /early/ } }))).toContain(
      'have called notify with {"body":{"title":"/early/"}}',
    );
    expect(messageOf(() => expect(allowed).not.toBeAllowed())).toBe(
      `expected the delivery of issue.created v1 not to be answered allow

answered 200 {"status":"allow","metadata":{}}
calls: none`,
    );
  });

  it("describe why and where a handler failed, without its secrets", async () => {
    const failing = defineHandler({ event: "issue.created", version: "v1" }, (_payload, { secret }) => {
      throw new RangeError(`no such list: ${secret("LIST")}`);
    });
    const kiket = await createTestExtension({ handlers: [failing] });
    const outcome = await kiket.deliver("issue.created", "v1", {}, { secrets: { LIST: "list-4711" } });
    await kiket.close();
    const message = messageOf(() => expect(outcome).toBeAllowed());
    expect(message).toMatch(
      /\n\nanswered 500 \{"error":"The handler failed",.*\}\nbecause of RangeError: no such list: \[redacted\]\n {2}in .*matchers\.test\.ts:\d+:\d+/,
    );
    expect(allowed.failure).toBeUndefined();
  });

  it("describe what caused the failure, without its secrets", async () => {
    const failing = defineHandler({ event: "issue.created", version: "v1" }, (_payload, { secret }) => {
      const cause = new Error(`connect ECONNREFUSED ${secret("HOST")}:4600`, { cause: "no route" });
      throw new TypeError("fetch failed", { cause });
    });
    const kiket = await createTestExtension({ handlers: [failing] });
    const outcome = await kiket.deliver("issue.created", "v1", {}, { secrets: { HOST: "host-4711" } });
    await kiket.close();
    expect(messageOf(() => expect(outcome).toBeAllowed())).toMatch(
      /\nbecause of TypeError: fetch failed\n {2}caused by Error: connect ECONNREFUSED \[redacted\]:4600\n {2}caused by no route\n {2}in /,
    );
  });

  it("throw if the value is not an outcome, also with `.not`", () => {
    expect(() => expect(Promise.resolve(allowed)).not.toBeDenied()).toThrow(
      "expect() needs the outcome of a delivery, but got a promise: await deliver() first.",
    );
    expect(() => expect({ status: 200 }).not.toBeDenied()).toThrow(
      "expect() needs the outcome of a delivery, as returned by deliver().",
    );
  });

  it("are typed", () => {
    // @ts-expect-error unknown operation
    expect(() => expect(notified).toHaveCalled("notifyAll")).toThrow("to have called notifyAll");
  });
});
