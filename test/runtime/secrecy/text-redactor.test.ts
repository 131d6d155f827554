import { describe, expect, it } from "vitest";
import { redact } from "../../../runtime/secrecy/redacting-logger.js";
import { textRedactor } from "../../../runtime/secrecy/text-redactor.js";

const secrets = ["key-1234", "key-123456789", "pin", "a b&c d", 98765];

describe("a redactor of many secrets", () => {
  it.each([
    ["nothing here", "nothing here"],
    ["", ""],
    ["key-1234", "[redacted]"],
    ["the key-1234.", "the [redacted]."],
    ["key-123456789key-1234 and key-123", "[redacted][redacted] and key-123"],
    ["pin", "[redacted]"],
    ["a pin", "a pin"],
    ["/?q=a%20b%26c%20d", "/?q=[redacted]"],
    ["98765", "[redacted]"],
  ])("replaces them in %j, as the one of log lines does", (text, expected) => {
    expect(textRedactor(secrets)(text)).toBe(expected);
    expect(redact(text, secrets)).toBe(expected);
  });

  it("leaves no part of a secret that begins with another one, in any form", () => {
    expect(textRedactor(["secret12", "secret12 /x"])("a=secret12+%2Fx&b")).toBe("a=[redacted]&b");
  });

  it("leaves no part of secrets that overlap", () => {
    expect(textRedactor(["abcdefgh", "ghijklmnopq"])("1abcdefghijklmnopq2")).toBe("1[redacted]2");
    expect(textRedactor(["abcdefgh", "bcdefg"])("abcdefghi bcdefg")).toBe("[redacted]i [redacted]");
  });

  it.each(["", "a", "ab", "abc", '{"key":"'])("finds them in base64, base64url and forms, also after %j", (before) => {
    const secret = "p?s~w>rd ü&1";
    const clean = textRedactor([secret]);
    for (const after of ["", "z", "zz", '"}']) {
      const bytes = Buffer.from(before + secret + after);
      for (const encoding of ["base64", "base64url"] as const) {
        const text = clean(`data: ${bytes.toString(encoding)}.`);
        expect(text).toMatch(/^data: [\w+/=-]*\[redacted\][\w+/=-]*\.$/);
        // What is left has at most a part of a byte at each end.
        const [left = "", right = ""] = text.slice(6, -1).split("[redacted]");
        expect(left.length + right.length).toBeLessThanOrEqual(Math.ceil(((before.length + after.length) * 8) / 6) + 6);
      }
    }
    expect(clean(new URLSearchParams({ before, secret }).toString())).not.toContain("w%3Erd");
  });

  it("does not need longer for very many of them", () => {
    const many = Array.from({ length: 20_000 }, (_, index) => `secret-${index}`);
    const clean = textRedactor(many);
    const texts = many.map((secret) => clean(`It is ${secret}.`));
    expect(new Set(texts)).toEqual(new Set(["It is [redacted]."]));
  });
});
