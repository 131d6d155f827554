import { expect, it } from "vitest";
import { bindHandler } from "../../../runtime/handler/bind-handler.js";

const define = bindHandler("issue.created", "v1");
const handle = () => "answer";

it("takes a function alone, which then needs no scope", () => {
  expect(define(handle)).toEqual({ event: "issue.created", version: "v1", requiredScopes: [], handle });
});

it("takes options and a function", () => {
  expect(define({ requiredScopes: ["issues:read"] }, handle)).toEqual({
    event: "issue.created",
    version: "v1",
    requiredScopes: ["issues:read"],
    handle,
  });
  expect(define({}, handle).requiredScopes).toEqual([]);
});

it("copies declared parameters for a function alone too", () => {
  const placed = bindHandler("a.run", "v1", { parameters: ["to"], nested: true })((payload) => payload);
  expect(placed.handle({ to: "x" } as never, undefined as never)).toEqual({ to: "x", parameters: { to: "x" } });
});
