import { describe, expect, it } from "vitest";
import { operations } from "../../../generator/contracts/operations.gen.js";
import { callOf, lackingFor } from "../../../generator/contracts/operations.js";
import type { Format } from "../../../generator/model/format.js";
import { grantOf, scopeKey, spellFor } from "../../../generator/model/scopes.js";
import { at, model, module } from "./model.js";

const scopes = (...values: readonly string[]) => values.map((value) => ({ value, at }));

describe("the spelling of scopes", () => {
  it.each([
    ["issues:read", "issue:read"],
    ["issues.read", "issue:read"],
    ["read:issues", "issue:read"],
    ["issue:read", "issue:read"],
    ["read:issue", "issue:read"],
    ["Issues:Read", "issue:read"],
    ["custom_data.write", "custom_data:write"],
    ["workflows.execute", "workflow:execute"],
    ["ext.api.read", "ext.api:read"],
    ["raw-events:write", "raw-events:write"],
    ["analytics:write", "analytics:write"],
    ["news:read", "news:read"],
    ["project:27", "project:27"],
    ["*", "*"],
  ])("%s is %s", (scope, key) => {
    expect(scopeKey(scope)).toBe(key);
  });

  it.each([
    ["canonical", [], "write:issues", "issues:write"],
    ["canonical", ["users.read"], "write:issues", "issues.write"],
    ["canonical", ["read:users"], "issues.write", "write:issues"],
    ["canonical", ["read:users", "a:read", "b:read"], "write:issues", "issues:write"],
    ["canonical-1.1", [], "issues.write", "write:issues"],
    ["minimal", ["comment:read"], "write:issues", "issue:write"],
    ["minimal", ["comment:read"], "write:analytics", "analytics:write"],
    ["minimal", [], "read:capacity", "capacity:read"],
    ["canonical", [], "*", "*"],
  ] as const)("in a manifest of format %s with %j, %s is %s", (format, declared, scope, expected) => {
    expect(spellFor({ format: format as Format, scopes: scopes(...declared) }, scope)).toBe(expected);
  });
});

describe("what a manifest grants", () => {
  it.each([
    ["read", true, false],
    ["write", false, true],
    ["delete", false, true],
    ["admin", true, true],
  ] as const)("custom-data operation %s", (operation, reads, writes) => {
    const { allows } = grantOf(model({ customData: [module("a.b", { operations: [operation] })] }));
    expect([allows("custom_data.read"), allows("custom_data:write")]).toEqual([reads, writes]);
  });

  it("is every scope with *", () => {
    expect(grantOf(model({ scopes: scopes("*") })).allows("write:analytics")).toBe(true);
  });

  it("does not include other verbs or other nouns", () => {
    const { allows } = grantOf(model({ scopes: scopes("issues:read") }));
    expect([allows("issues:read"), allows("issues:write"), allows("comments:read")]).toEqual([true, false, false]);
  });
});

describe("the record of operations", () => {
  it("lacks a permission for each operation whose scope is known, and for no other", () => {
    const lacking = operations
      .map((operation) => [callOf(operation), [...lackingFor(model(), [operation]).values()].join()])
      .filter(([, names]) => names !== "");
    expect(Object.fromEntries(lacking)).toEqual({
      "get /api/v1/ext/custom_data/{module_key}/{table}": "custom_data:read",
      "post /api/v1/ext/custom_data/{module_key}/{table}": "custom_data:write",
      "get /api/v1/ext/custom_data/{module_key}/{table}/{record_id}": "custom_data:read",
      "patch /api/v1/ext/custom_data/{module_key}/{table}/{record_id}": "custom_data:write",
      "delete /api/v1/ext/custom_data/{module_key}/{table}/{record_id}": "custom_data:write",
      "get /api/v1/ext/sla/events": "issues:read",
      "get /api/v1/ext/issues": "issues:read",
      "post /api/v1/ext/issues": "issues:write",
      "get /api/v1/ext/issues/{key}": "issues:read",
      "patch /api/v1/ext/issues/{key}": "issues:write",
      "post /api/v1/ext/issues/{key}/comments": "comments:write",
      "post /api/v1/ext/issues/{key}/transitions": "issues:write",
      "get /api/v1/ext/projects/{slug}/workflows": "workflows:read",
      "get /api/v1/ext/projects/{slug}/boards": "boards:read",
      "post /api/v1/ext/analytics/events": "analytics:write",
    });
  });
});
