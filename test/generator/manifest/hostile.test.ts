import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseText } from "./support.js";

const words = [
  ..."extension hooks event version template contributes commands workflow_actions handler parameters key type".split(
    " ",
  ),
  ..."configuration properties fields default options value variables validation secret secrets settings setup".split(
    " ",
  ),
  ..."configure test action custom_data permissions modules module operations output_fields scopes events".split(" "),
  ..."actions inputs triggers endpoints capabilities webhooks metadata spec apiVersion kind sourceEventTypes".split(
    " ",
  ),
  ..."tables columns name null role conditions manifest_version delivery callback secret_keys __proto__ <<".split(" "),
];

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, "", "text", "string", "integer", "env:NAME", 0, -1.5, 1e30, "__proto__"),
    fc.array(tie("value"), { maxLength: 4 }),
    fc
      .uniqueArray(fc.tuple(fc.constantFrom(...words), tie("value")), { selector: ([key]) => key, maxLength: 6 })
      .map((entries) => Object.fromEntries(entries)),
  ),
}));

function expectPlaces(text: string, modules: Readonly<Record<string, string>> = {}): void {
  const { diagnostics, model } = parseText(text, modules);
  for (const { at, message } of diagnostics) {
    expect(at.line).toBeGreaterThanOrEqual(1);
    expect(at.column).toBeGreaterThanOrEqual(1);
    expect(message).toMatch(/^[^\n]+$/);
  }
  if (model === undefined) expect(diagnostics).not.toEqual([]);
}

describe("parse", () => {
  it("returns a model or diagnostics for any structure of known words, and never throws", () => {
    fc.assert(
      fc.property(value, value, (extension, schema) => {
        expectPlaces(JSON.stringify({ extension }), { m: JSON.stringify(schema) });
        expectPlaces(JSON.stringify(extension), { m: JSON.stringify({ module: "m", tables: schema }) });
      }),
      { numRuns: 300 },
    );
  });

  it("returns a model or diagnostics for any text, and never throws", () => {
    const pieces = fc.constantFrom(
      ..."extension: |\n|  |- |[|]|{|}|\"|'|&a |*a|!|? |# |%|---\n|<<: |\t|a|\u0000|\ud800".split("|"),
      "|",
      "\r",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => expectPlaces(parts.join(""))),
      { numRuns: 500 },
    );
  });

  it("reads 1,000 commands", () => {
    const command = (index: number) =>
      `      - {command: x.c${index}, title: T, handler: {type: extension_event, event: x.c${index}}}`;
    const commands = Array.from({ length: 1000 }, (_, index) => command(index));
    const { model, diagnostics } = parseText(`extension:\n  contributes:\n    commands:\n${commands.join("\n")}\n`);
    expect(diagnostics).toEqual([]);
    expect(model?.events).toHaveLength(1000);
  });
});
