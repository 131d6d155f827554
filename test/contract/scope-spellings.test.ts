import { describe, expect, it } from "vitest";
import { operations } from "../../generator/contracts/operations.gen.js";
import { grantOf } from "../../generator/model/scopes.js";
import { lackingScopes } from "../../runtime/platform/scopes.js";

const at = { file: "m.yaml", line: 1, column: 1 };

/** Whether a manifest with this permission may make a call that needs a scope, as the generator says. */
function allowedByManifest(granted: string, required: string): boolean {
  return grantOf({ scopes: [{ value: granted, at }], customData: [] }).allows(required);
}

/** Whether the local Kiket answers that call to a token with this scope. */
function allowedByPlatform(granted: string, required: string): boolean {
  return lackingScopes([required], [granted]).length === 0;
}

const required = [...new Set(operations.flatMap(({ scopes }) => scopes))].sort();

function spellings(scope: string): string[] {
  const [noun = "", verb = ""] = /^(?:read|write)/.test(scope) ? scope.split(/[:.]/).reverse() : scope.split(/[:.]/);
  const nouns = [noun, noun.replace(/s$/, ""), `${noun}s`, noun.toUpperCase(), "stranger"];
  return [
    ...nouns.flatMap((each) => [`${each}:${verb}`, `${each}.${verb}`, `${verb}:${each}`, ` ${verb}.${each} `]),
    ...[noun, verb, `${noun}:delete`, `${noun}:${verb}:all`, `${noun}.*`, `${noun}${verb}`, "", "*"],
  ];
}

describe("a scope is granted in the same spellings by the types of a manifest and by the local Kiket", () => {
  it.each<readonly [string, string, boolean]>([
    ["issue:read", "read:issues", true],
    ["read:issue", "read:issues", true],
    ["issues.read", "read:issues", true],
    [" Issues:Read ", "read:issues", true],
    ["comment:write", "write:comments", true],
    ["workflow.read", "read:workflows", true],
    ["board:read", "read:boards", true],
    ["custom_data:read", "custom_data.read", true],
    ["analytic:write", "write:analytics", false],
    ["issue:write", "read:issues", false],
    ["comment:read", "read:issues", false],
    ...["attachment", "board", "calendar", "comment", "issue", "notification", "project", "user", "workflow"].map(
      (noun) => [`${noun}:read`, `read:${noun}s`, true] as const,
    ),
    ["new:read", "read:news", false],
    ["*", "read:issues", true],
    [" * ", "read:issues", true],
  ])("%s for %s: %s", (granted, scope, allowed) => {
    expect([allowedByManifest(granted, scope), allowedByPlatform(granted, scope)]).toEqual([allowed, allowed]);
  });

  it("for every scope of the API", () => {
    expect(required).toEqual([
      "custom_data.read",
      "custom_data.write",
      "read:boards",
      "read:issues",
      "read:workflows",
      "write:analytics",
      "write:comments",
      "write:issues",
    ]);
    const pairs = required.flatMap((scope) => spellings(scope).map((granted) => [granted, scope] as const));
    const disagreements = pairs.filter((pair) => allowedByManifest(...pair) !== allowedByPlatform(...pair));
    expect(disagreements).toEqual([]);
  });
});
