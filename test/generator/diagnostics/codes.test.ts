import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { codes } from "../../../generator/diagnostics/codes.js";
import { diagnose } from "../../../generator/diagnostics/diagnose.js";

const generator = join(dirname(fileURLToPath(import.meta.url)), "../../../generator");

function sources(): string {
  const files = readdirSync(generator, { recursive: true, encoding: "utf8" });
  const own = files.filter((file) => file.endsWith(".ts") && !/^codes\b/.test(file));
  return own.map((file) => readFileSync(join(generator, file), "utf8")).join("\n");
}

describe("codes", () => {
  it("are ours with three digits, or the platform linter's", () => {
    for (const code of Object.keys(codes)) expect(code).toMatch(/^(KG[1-8]\d\d|[LMSO]\d+)$/);
  });

  it("have a title of one line and a full sentence of explanation", () => {
    for (const { title, explanation } of Object.values(codes)) {
      expect(title).toMatch(/^[^\n]{5,60}$/);
      expect(explanation).toMatch(/^[`A-Z][^\n]{20,}\.$/);
    }
  });

  it("are all used", () => {
    const text = sources();
    expect(Object.keys(codes).filter((code) => !text.includes(`"${code}"`))).toEqual([]);
  });
});

describe("diagnose", () => {
  const at = { file: "m.yaml", line: 1, column: 1 };

  it("takes the severity from the table", () => {
    expect(diagnose("KG101", at, "a")).toEqual({ code: "KG101", severity: "note", message: "a", at });
    expect(diagnose("KG105", at, "a", "b")).toEqual({
      code: "KG105",
      severity: "warning",
      message: "a",
      hint: "b",
      at,
    });
  });

  it("lets no control, direction or lone surrogate character through", () => {
    expect(diagnose("KG204", at, "a\u001b[31m\n\u202e\u2028\ud800b").message).toBe(
      "a\\u{1b}[31m\\u{a}\\u{202e}\\u{2028}\\u{d800}b",
    );
  });

  it("cuts what is longer than 500 characters", () => {
    expect(diagnose("KG204", at, "x".repeat(600)).message).toBe(`${"x".repeat(500)}…`);
  });
});
