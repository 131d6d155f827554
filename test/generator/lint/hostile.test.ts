import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lintText, manifest } from "./support.js";

const words = (
  "extension id name sdk delivery callback url secret timeout api_version model_version hooks event version template " +
  "activationEvents permissions contributes commands command handler workflow_actions parameters configuration type " +
  "default validation required_variables settings secrets setup configure test info oauth fields collect obtain key " +
  "showWhen field options links label output_fields icon help_url custom_data modules module operations required " +
  "delivery_secret manifestVersion pricing settings events scopes __proto__ constructor <<"
).split(" ");

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 7, withCrossShrink: true },
    fc.constantFrom<unknown>(
      null,
      true,
      false,
      "",
      "http",
      "select",
      "oauth2",
      "{{ a.b }}",
      "env:A",
      "issues:read",
      0,
      7,
    ),
    fc.array(tie("value"), { maxLength: 4 }),
    fc
      .uniqueArray(fc.tuple(fc.constantFrom(...words), tie("value")), { selector: ([key]) => key, maxLength: 8 })
      .map((entries) => Object.fromEntries(entries)),
  ),
}));

describe("lint", () => {
  it("reports diagnostics with a place for any structure of known words, and never throws", () => {
    fc.assert(
      fc.property(value, value, value, (extension, rest, schema) => {
        const text = JSON.stringify({ ...(typeof rest === "object" ? rest : {}), extension });
        for (const { at, message, hint } of lintText(text, { modules: { m: JSON.stringify(schema) } })) {
          expect(Math.min(at.line, at.column)).toBeGreaterThanOrEqual(1);
          expect(message).toMatch(/^[^\n]+$/);
          expect(hint ?? "a hint").toMatch(/^[^\n]+$/);
        }
      }),
      { numRuns: 400 },
    );
  });

  it("reports the same diagnostics for the same text", () => {
    const text = manifest("hooks: [{ event: b, retrys: 1 }, { event: a, retrys: 1 }]", "permisions: []");
    expect(lintText(text)).toEqual(lintText(text));
  });

  it("handles thousands of mistakes", () => {
    const many = Array.from(
      { length: 3000 },
      (_, index) => `    - { event: a${index}.b, tmplate: t${index}, template: t${index} }`,
    );
    const found = lintText(`${manifest("hooks:")}${many.join("\n")}\n`);
    expect(found.filter(({ code }) => code === "KG801")).toHaveLength(3000);
    expect(found.filter(({ code }) => code === "KG805")).toHaveLength(3000);
  });
});
