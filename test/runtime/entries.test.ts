import { expect, test } from "vitest";
import * as codegen from "../../runtime/codegen.js";
import * as runtime from "../../runtime/index.js";
import * as node from "../../runtime/node.js";

test("the values that each entry exports", () => {
  expect(Object.keys(runtime).sort()).toEqual([
    "ApiConnectionError",
    "ApiError",
    "ConfigError",
    "KiketError",
    "NotImplementedError",
    "ScopeError",
    "allow",
    "createExtension",
    "defineHandler",
    "deny",
    "notImplemented",
    "pending",
  ]);
  expect(Object.keys(codegen).sort()).toEqual([
    "allow",
    "bindHandler",
    "createExtension",
    "deny",
    "notImplemented",
    "pending",
  ]);
  expect(Object.keys(node)).toEqual(["serve"]);
});
