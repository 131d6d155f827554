import { expect, it } from "vitest";
import { leaveOut, requireParts } from "../../../runtime/jobs/leave-out.js";

const token = "eyJhbGciOiJFUzI1NiJ9.e30.c2ln";
const content = {
  format: 1,
  event: "issue.created",
  auth: { runtimeToken: token, tokenType: "runtime", scopes: ["issues:read"] },
  headers: [["x-gateway-saw", `token=${token}`]],
  payload: {
    issue: { id: 7, title: "Broken lamp", secrets: "of the issue" },
    authentication: { runtime_token: token, issued_at: "2026-01-01T00:00:00Z" },
    secrets: { STRIPE_KEY: "sk_live_51", region: "eu" },
  },
};

it("leaves out the token, wherever it is, and keeps all else", () => {
  expect(leaveOut(content, ["token"])).toEqual({
    ...content,
    auth: { runtimeToken: null, tokenType: "runtime", scopes: ["issues:read"] },
    headers: [["x-gateway-saw", "token=[left out]"]],
    payload: { ...content.payload, authentication: { issued_at: "2026-01-01T00:00:00Z" } },
  });
});

it("leaves out a token that nobody has verified: the delivery was signed", () => {
  const signed = { ...content, auth: { runtimeToken: null }, headers: [] };
  expect(JSON.stringify(leaveOut(signed, ["token"]))).not.toContain(token);
});

it("leaves out the secrets of the delivery", () => {
  const { secrets: _secrets, ...payload } = content.payload;
  expect(leaveOut(content, ["secrets"])).toEqual({ ...content, payload });
});

it("leaves out both, or nothing", () => {
  const { issue } = content.payload;
  const left = leaveOut(content, ["secrets", "token"]);
  expect(left.payload).toEqual({ issue, authentication: { issued_at: "2026-01-01T00:00:00Z" } });
  expect(JSON.stringify(left)).not.toMatch(/eyJ|sk_live/);
  expect(leaveOut(content, [])).toBe(content);
  expect(leaveOut({ format: 9 }, ["token", "secrets"])).toMatchObject({ format: 9 });
});

it("takes no other name", () => {
  expect(requireParts(["token"])).toEqual(["token"]);
  expect(requireParts()).toEqual([]);
  expect(() => requireParts(["tokens" as "token"])).toThrow('leaveOut takes "token" and "secrets", not "tokens"');
});
