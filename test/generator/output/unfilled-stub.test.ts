import { describe, expect, it } from "vitest";
import { isUnfilled } from "../../../generator/output/unfilled-stub.js";

const imports = 'import { defineHandler, notImplemented } from "../generated/events/issue.created.v1.gen.js";\n\n';

describe("a stub that nobody has filled is", () => {
  it.each([
    ["as it is created", "export default defineHandler((payload, context) => notImplemented(payload, context));\n"],
    [
      "as older versions created it",
      "export default defineHandler({ requiredScopes: [] }, async (payload, context) => {\n  return notImplemented(payload, context);\n});\n",
    ],
    [
      "formatted in another way",
      "export default defineHandler(\n\t( payload , context ) =>\n\t\tnotImplemented( payload , context ) ,\n)",
    ],
    [
      "with a comment",
      "// later\nexport default defineHandler((payload, context) => /* to do */ notImplemented(payload, context));",
    ],
    [
      "with scopes",
      'export default defineHandler({ requiredScopes: ["issues:read"] }, (p, c) => notImplemented(p, c));',
    ],
    ["with types", "export default defineHandler((p: Payload, c: Context): never => notImplemented(p, c));"],
    ["as a function", "export default defineHandler(function handle(p, c) { return notImplemented(p, c); });"],
    ["with await", "export default defineHandler(async (p, c) => { await notImplemented(p, c) });"],
    ["in parentheses", "export default defineHandler((p, c) => (notImplemented(p, c)));"],
    ["exported by name", "const handler = defineHandler((p, c) => notImplemented(p, c));\nexport default handler;\n"],
    [
      "exported in a list",
      "const $on = defineHandler((p, c) => notImplemented(p, c));\nexport { type X, $on as default };\n",
    ],
    [
      "beside other code",
      'const quote = /"/;\nexport const a = `"`;\nexport default defineHandler((p, c) => notImplemented(p, c));\nfunction help() {}',
    ],
    ["a normaliser", 'export default defineNormalizer("lorry_weighed", (rawEvent) => notNormalized(rawEvent));'],
    [
      "a normaliser without parentheses",
      "export default defineNormalizer('lorry_weighed', rawEvent => notNormalized(rawEvent))",
    ],
  ])("known: %s", (_how, text) => {
    expect(isUnfilled(imports + text)).toBe(true);
  });

  it("known by the names that the file gives", () => {
    const renamed = 'import { defineHandler as on, notImplemented as todo$ } from "./x.js";\n';
    expect(isUnfilled(`${renamed}export default on((p, c) => todo$(p, c));`)).toBe(true);
    const all = 'import * as event from "./x.js";\n';
    expect(isUnfilled(`${all}export default event.defineHandler((p, c) => event.notImplemented(p, c));`)).toBe(true);
  });
});

describe("a handler is filled that", () => {
  it.each([
    [
      "is not implemented in one branch",
      "export default defineHandler((p, c) => (p.issue ? null : notImplemented(p, c)));",
    ],
    [
      "has a statement before",
      "export default defineHandler((p, c) => {\n  if (p.issue) return null;\n  return notImplemented(p, c);\n});",
    ],
    ["uses the result", "export default defineHandler((p, c) => notImplemented(p, c) ?? null);"],
    ["answers", "export default defineHandler(() => null);"],
    ["comes from elsewhere", 'export { default } from "../app/issue.js"; // notImplemented'],
    ["is exported from elsewhere", 'import handler from "../app/issue.js";\nexport default handler;\nnotImplemented;'],
    [
      "has the stub in a comment",
      "// export default defineHandler((p, c) => notImplemented(p, c));\nexport default defineHandler(() => null);",
    ],
    [
      "has the stub in a text",
      'const old = "export default defineHandler((p, c) => notImplemented(p, c));";\nexport default defineHandler(() => old);',
    ],
    [
      "has the stub in a template",
      "const old = `x export default defineHandler((p, c) => notImplemented(p, c));`;\nexport default defineHandler(() => old);",
    ],
    [
      "has a stub that is not exported",
      "const old = defineHandler((p, c) => notImplemented(p, c));\nexport default defineHandler(() => null);",
    ],
    ["is half written", "export default defineHandler((p, c) => notImplemented("],
    ["is empty", ""],
  ])("%s", (_how, text) => {
    expect(isUnfilled(imports + text)).toBe(false);
  });
});
