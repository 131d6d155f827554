import { expect, test } from "vitest";
import { allow, deny, KiketError, NotImplementedError, notImplemented, pending } from "../../../runtime/index.js";

test("allow", () => {
  expect(allow()).toEqual({ status: "allow", metadata: {} });
  expect(allow({ message: "Fine", metadata: { a: 1 }, outputFields: { url: "https://example.com" } })).toEqual({
    status: "allow",
    message: "Fine",
    metadata: { a: 1, output_fields: { url: "https://example.com" } },
  });
});

test("deny and pending", () => {
  expect(deny({ message: "No", metadata: { rule: 7 } })).toEqual({
    status: "deny",
    message: "No",
    metadata: { rule: 7 },
  });
  expect(pending({ message: "Later" })).toEqual({ status: "pending", message: "Later", metadata: {} });
});

test("deny and pending need a message", () => {
  expect(() => deny({ message: " " })).toThrow(new KiketError("deny() needs a message that is not blank."));
  expect(() => pending({ message: "" })).toThrow(new KiketError("pending() needs a message that is not blank."));
});

test("notImplemented", () => {
  const stub = () => notImplemented({}, { event: "issue.created", eventVersion: "v2" });
  expect(stub).toThrow(NotImplementedError);
  expect(stub).toThrow("Handler not implemented: issue.created.v2");
});
