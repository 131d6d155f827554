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

it.each([
  ["a function and then options", [handle, { requiredScopes: ["issues:write"] }]],
  ["a scope as text", [{ requiredScopes: "issues:write" }, handle]],
  ["options alone", [{}]],
  ["options twice", [{}, {}]],
  ["nothing", []],
])("refuses %s", (_what, given) => {
  const untyped = define as (...given: readonly unknown[]) => unknown;
  expect(() => untyped(...given)).toThrow(
    new TypeError(
      "The handler of issue.created v1: defineHandler takes a function, or options and then a function. `requiredScopes` is a list.",
    ),
  );
});

it("copies declared parameters for a function alone too", () => {
  const placed = bindHandler("a.run", "v1", { parameters: ["to"], nested: true })((payload) => payload);
  expect(placed.handle({ to: "x" } as never, undefined as never)).toEqual({ to: "x", parameters: { to: "x" } });
});
