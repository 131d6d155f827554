import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseText, withoutPlaces } from "./support.js";

type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

const manifest: Plain = {
  model_version: "1.0",
  extension: {
    id: "dev.orchard.ext.order",
    name: "Order",
    version: "1.0.0",
    api_version: "v1",
    activationEvents: ["b", "a"],
    permissions: ["z:read", "a:write"],
    hooks: [
      { event: "a", version: "v2", template: "one", description: "First" },
      { event: "a", description: "Second" },
    ],
    contributes: {
      commands: [{ command: "x", title: "X", handler: { type: "extension_event", event: "a" } }],
      workflow_actions: [
        {
          id: "y",
          name: "Y",
          handler: { type: "extension_event", event: "c" },
          parameters: [{ key: "to", type: "string" }],
        },
      ],
    },
    configuration: {
      one: { type: "template", default: "Hello", label: "One" },
      TWO: { type: "integer", default: "2", min: 1, max: 3 },
      three: { type: "object", default: { b: 1, a: { d: 1, c: 2 } } },
      FOUR: { type: "string", secret: true },
    },
    output_fields: { b: { label: "B" }, a: { label: "A", type: "url" } },
    secrets: [{ key: "FIVE", label: "Five" }],
    setup: [{ configure: { title: "T", fields: [{ key: "six", type: "checkbox", default: true }] } }],
    custom_data: {
      permissions: [
        { module: "m.b", operations: ["write", "read"] },
        { module: "m.a", operations: ["admin"] },
      ],
    },
  },
};

/** The same value with the keys of every map in the order that `rank` gives. */
function reordered(value: Plain, rank: () => number): Plain {
  if (Array.isArray(value)) return value.map((item: Plain) => reordered(item, rank));
  if (typeof value !== "object" || value === null) return value;
  const ranked = Object.entries(value).map(([key, item]) => ({ key, item, rank: rank() }));
  return Object.fromEntries(
    ranked.sort((a, b) => a.rank - b.rank).map(({ key, item }) => [key, reordered(item, rank)]),
  );
}

function model(value: Plain): unknown {
  const { model: parsed, diagnostics } = parseText(JSON.stringify(value, undefined, 2));
  expect(diagnostics).toEqual([]);
  return withoutPlaces(parsed);
}

describe("the order of keys in a manifest", () => {
  it("does not change the model", () => {
    const expected = JSON.stringify(model(manifest));
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), (ranks) => {
        expect(JSON.stringify(model(reordered(manifest, () => ranks.next().value)))).toBe(expected);
      }),
      { numRuns: 50 },
    );
  });
});
