import fc from "fast-check";
import { compile } from "json-schema-to-typescript";
import { format } from "prettier";
import { describe, expect, it } from "vitest";
import { readDeclarations } from "../../../../generator/contracts/schemas/declarations.js";
import { essenceOf } from "../../../../generator/output/normalise-source.js";

const unformatted = { additionalProperties: false, bannerComment: "", format: false };

async function formatted(schema: object): Promise<string> {
  return readDeclarations(await compile(structuredClone(schema), "Root", unformatted))
    .map(({ text }) => text)
    .join("\n");
}

const words = "abcdefghijklmnopqrst".split("").map((letter) => letter.repeat(8));

describe("the declarations of the schema compiler", () => {
  it("are indented, end with semicolons and have no needless parentheses", async () => {
    const shape = { title: "Shape", type: "object", properties: { next: { $ref: "#/definitions/shape" } } };
    const text = await formatted({
      description: "A root\nof two lines.",
      type: "object",
      required: ["id"],
      properties: {
        id: { type: ["string", "number"], description: "The id: {not} a type (or so)." },
        "b-c": { type: "array", items: { type: ["string", "null"] } },
        pair: { type: "array", items: [{ type: "string" }], additionalItems: { type: "number" }, minItems: 1 },
        known: { enum: ["a(", 'b"', "c|d", -1.5, null, true] },
        shape: { $ref: "#/definitions/shape" },
        open: { anyOf: [{ type: "object", properties: { x: { type: "string" } } }, { type: "null" }] },
        both: { allOf: [{ $ref: "#/definitions/shape" }, { type: ["string", "number"] }] },
        empty: { type: "object", additionalProperties: false },
      },
      definitions: { shape },
    });
    expect(text).toBe(`/**
 * A root
 * of two lines.
 */
export interface Root {
  /** The id: {not} a type (or so). */
  id: string | number;
  "b-c"?: (string | null)[];
  /** @minItems 1 */
  pair?: [string, ...number[]];
  known?: "a(" | "b\\"" | "c|d" | -1.5 | null | true;
  shape?: Shape;
  open?: {
    x?: string;
  } | null;
  both?: Shape & (string | number);
  empty?: {};
}

export interface Shape {
  next?: Shape;
}
`);
  });

  it("have a line for each part of a union that is long or contains an object", async () => {
    const text = await formatted({
      type: "object",
      properties: {
        word: { enum: words.slice(0, 9) },
        fits: { enum: words.slice(0, 8) },
        body: { anyOf: [{ type: "string" }, { type: "object", additionalProperties: { type: "string" } }] },
      },
    });
    expect(text).toBe(`export interface Root {
  word?:
${words
  .slice(0, 9)
  .map((word) => `    | "${word}"`)
  .join("\n")};
  fits?: ${words
    .slice(0, 8)
    .map((word) => `"${word}"`)
    .join(" | ")};
  body?:
    | string
    | {
        [k: string]: string;
      };
}
`);
  });

  const anyName = fc.oneof(fc.constantFrom("a", "b-c", "__proto__", "constructor", "k"), fc.string({ maxLength: 8 }));
  const { schema: anySchema } = fc.letrec((tie) => ({
    schema: fc.oneof(
      { maxDepth: 4 },
      fc.record({ type: fc.constantFrom("string", "integer", "boolean", "null"), description: fc.string() }),
      fc.record({ enum: fc.uniqueArray(fc.oneof(fc.string(), fc.integer(), fc.constant(null)), { minLength: 1 }) }),
      fc.record({ type: fc.constant("object"), properties: fc.dictionary(anyName, tie("schema"), { maxKeys: 4 }) }),
      fc.record({ type: fc.constant("object"), additionalProperties: tie("schema") }),
      fc.record({ type: fc.constant("array"), items: tie("schema") }),
      fc.record({ type: fc.constant("array"), items: fc.array(tie("schema"), { minLength: 1, maxLength: 3 }) }),
      fc.record({ anyOf: fc.array(tie("schema"), { minLength: 1, maxLength: 3 }) }),
      fc.record({ allOf: fc.array(tie("schema"), { minLength: 1, maxLength: 3 }) }),
    ),
  }));

  /** What formatting does not change, with docblocks as words. */
  const meaningOf = async (text: string) =>
    essenceOf(await format(text, { parser: "typescript" })).replace(/\/\*\*[\s\S]*?\*\//g, (comment) =>
      comment.replace(/[\s*]+/g, " "),
    );

  it("mean what Prettier makes of the same text", async () => {
    const property = fc.asyncProperty(anySchema, async (value) => {
      const raw = await compile({ type: "object", properties: { value: value as object } }, "Root", unformatted);
      const own = readDeclarations(raw).map(({ text }) => text);
      expect(await meaningOf(own.join("\n"))).toBe(await meaningOf(raw));
    });
    await fc.assert(property, { numRuns: 100 });
  });
});

describe("text that is no declaration", () => {
  it.each([
    ["console.log(1)", "console.log"],
    ["export interface A {\na: string\n} alert()", "alert"],
    ["export interface A {\na: string = 1\n}", "="],
    ["export interface A {\na(): void\n}", "("],
    ["export type A = ", ""],
    ['export type A = "b', '"'],
    ["export const a = 1", "const"],
  ])("%j is refused", (text, found) => {
    expect(() => readDeclarations(text)).toThrow(`the schema compiler wrote \`${found}\` where a type was expected`);
  });
});
