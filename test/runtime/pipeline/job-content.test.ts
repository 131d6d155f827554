import { expect, test } from "vitest";
import { contentOf, deferredIn } from "../../../runtime/pipeline/job-content.js";
import type { VerifiedDelivery } from "../../../runtime/verify/verify-origin.js";

const token = "aaa.bbb.ccc";

const verified: VerifiedDelivery = {
  state: "verified",
  delivery: {
    event: "case.created",
    mayImplyVersion: true,
    declaredVersion: "v1",
    bodyEvent: "other",
    pathVersion: "v1",
    search: "?a=1",
    headers: new Headers([
      ["x-kiket-delivery", "dlv_1"],
      ["x-forwarded-for", "10.0.0.1"],
      ["x-forwarded-for", "10.0.0.2"],
    ]),
    body: new TextEncoder().encode("{}"),
    payload: {
      case: { id: 7, title: "Größe 📦" },
      authentication: { runtime_token: token, token_type: "runtime" },
      secrets: { API_KEY: "s3cret" },
    },
  },
  auth: {
    runtimeToken: token,
    tokenType: "runtime",
    expiresAt: "2026-03-02T08:30:04.000Z",
    scopes: ["issues:read"],
    orgId: 11,
    extId: "22",
    projId: null,
  },
  deliveryId: "dlv_1",
  name: "dlv_1",
  proof: "token 11 22 token-1",
};
const program = { baseUrl: "https://kiket.example", extensionId: "com.example.one" };
const trace = { traceparent: "00-11111111111111111111111111111111-2222222222222222-01" };
const stored = () => JSON.parse(JSON.stringify(contentOf(verified, trace, 1_000, program)));

test("a delivery comes back from JSON with all that a context needs", () => {
  const back = deferredIn(stored(), program);
  expect(back?.receivedAt).toBe(1_000);
  expect(back?.stranger).toBeUndefined();
  expect(back?.trace.get("traceparent")).toBe(trace.traceparent);
  const { delivery, ...others } = back?.verified ?? ({} as VerifiedDelivery);
  expect(others).toEqual({
    state: "verified",
    auth: verified.auth,
    deliveryId: "dlv_1",
    name: "dlv_1",
    proof: "",
    isDeferred: true,
  });
  expect(delivery.event).toBe("case.created");
  expect(delivery.payload).toEqual(verified.delivery.payload);
  expect([...delivery.headers]).toEqual([
    ["x-forwarded-for", "10.0.0.1, 10.0.0.2"],
    ["x-kiket-delivery", "dlv_1"],
  ]);
});

test("the token is stored once", () => {
  expect(JSON.stringify(stored()).split(token)).toHaveLength(2);
});

test("a token that was left out is in neither place, and nothing else changes", () => {
  const content = stored();
  const back = deferredIn({ ...content, auth: { ...content.auth, runtimeToken: null } }, program)?.verified;
  expect(back?.auth).toEqual({ ...verified.auth, runtimeToken: null });
  expect(back?.delivery.payload).toEqual({ ...verified.delivery.payload, authentication: { token_type: "runtime" } });
});

test("a delivery without a token comes back without one", () => {
  const anonymous = {
    ...verified.auth,
    runtimeToken: null,
    tokenType: null,
    expiresAt: null,
    orgId: null,
    extId: null,
  };
  const payload = { event: "case.created", authentication: "none" };
  const signed = { ...verified, auth: anonymous, delivery: { ...verified.delivery, payload }, deliveryId: undefined };
  const back = deferredIn(JSON.parse(JSON.stringify(contentOf(signed, {}, 1, program))), program)?.verified;
  expect(back?.auth).toEqual(anonymous);
  expect(back?.delivery.payload).toEqual(payload);
  expect(back?.deliveryId).toBeUndefined();
});

test.each([
  ["of a later version", { format: 2 }],
  ["without a payload", { payload: null }],
  ["with a header that is none", { headers: [["a b", "c"]] }],
  ["with headers that are no list", { headers: "x" }],
  ["without scopes", { auth: { runtimeToken: null } }],
  ["with a trace that is none", { trace: "00" }],
  ["without its Kiket", { kiket: undefined }],
])("content %s cannot be read", (_what, change) => {
  expect(deferredIn({ ...stored(), ...change }, program)).toBeUndefined();
});

test("a member named __proto__ stays a member", () => {
  const payload = JSON.parse('{"__proto__":{"a":1},"authentication":{"runtime_token":"t","__proto__":{"b":2}}}');
  const content = contentOf({ ...verified, delivery: { ...verified.delivery, payload } }, {}, 1, program);
  const back = deferredIn(JSON.parse(JSON.stringify(content)), program)?.verified.delivery.payload ?? {};
  expect(JSON.parse(JSON.stringify(back))).toEqual(
    JSON.parse(`{"__proto__":{"a":1},"authentication":{"runtime_token":"${token}","__proto__":{"b":2}}}`),
  );
  expect(Object.getPrototypeOf(back)).toBe(Object.prototype);
});
