import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasInvisible } from "../../../generator/base/invisible-characters.js";
import {
  docblock,
  propertyEntry,
  propertyName,
  stringLiteral,
  unionOf,
  valueLiteral,
} from "../../../generator/base/literals.js";

/** Evaluates generated text as JavaScript. */
function evaluate(text: string): unknown {
  return new Function(`"use strict"; return (${text});`)();
}

describe("literals", () => {
  it("evaluate to the same string", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        const text = stringLiteral(value);
        expect(evaluate(text)).toBe(value);
        expect(hasInvisible(text)).toBe(false);
      }),
    );
  });

  it("evaluate to the same JSON value, with any keys", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        expect(JSON.stringify(evaluate(valueLiteral(value)))).toBe(JSON.stringify(value));
      }),
    );
  });

  it("keep their types under a name that every object has", () => {
    expect(propertyEntry("constructor", '{ type: "id" }')).toBe('constructor: { type: "id" } as const');
    expect(propertyEntry("toString", "1")).toBe("toString: 1 as const");
    expect(propertyEntry("__proto__", "1")).toBe('["__proto__"]: 1');
    expect(propertyEntry("a b", "1")).toBe('"a b": 1');
  });

  it("keep __proto__ a plain member", () => {
    const value = JSON.parse('{"__proto__": {"polluted": true}}');
    const back = evaluate(valueLiteral(value)) as object;
    expect(Object.keys(back)).toEqual(["__proto__"]);
    expect((back as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it("escape a lone surrogate and keep a pair", () => {
    expect(stringLiteral("\ud83d")).toBe('"\\ud83d"');
    expect(stringLiteral("😀")).toBe('"😀"');
  });

  it("escape invisible characters, and keep the value", () => {
    const family = "\u{1f468}\u200d\u{1f467}";
    expect(stringLiteral(`a\u00a0b\u202ec${family}\u{e0041}\u3164`)).toBe(
      '"a\\u00a0b\\u202ec\u{1f468}\\u200d\u{1f467}\\udb40\\udc41\\u3164"',
    );
    expect(propertyName("a\u200b")).toBe('"a\\u200b"');
  });

  it("quote only names that need it", () => {
    expect(propertyName("API_KEY")).toBe("API_KEY");
    expect(propertyName("api.url")).toBe('"api.url"');
    expect(unionOf(["a", 'b"c'])).toBe('"a" | "b\\"c"');
    expect(unionOf([])).toBe("never");
  });
});

describe("docblocks", () => {
  it("cannot be ended by their own text", () => {
    expect(docblock(["before */ alert(1) /* after", "second\u2028line"], 2)).toBe(
      "  /**\n   * before *\\/ alert(1) /* after.\n   *\n   * second\n   * line.\n   */\n",
    );
  });

  it("have one line for short texts, and are empty without text", () => {
    expect(docblock(["One."])).toBe("/** One. */\n");
    expect(docblock(["Messages a day", "Most messages sent in a day", "Default: `500`."])).toBe(
      "/** Messages a day. Most messages sent in a day. Default: `500`. */\n",
    );
    expect(docblock([undefined, "", "  \n ", "\u200b"])).toBe("");
  });
});
