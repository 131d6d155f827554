import { describe, expect, it } from "vitest";
import { diagnose } from "../../../generator/diagnostics/diagnose.js";

describe("diagnose", () => {
  const at = { file: "m.yaml", line: 1, column: 1 };

  it("takes the severity from the table of codes", () => {
    expect(diagnose("KG101", at, "a")).toEqual({ code: "KG101", severity: "note", message: "a", at });
    expect(diagnose("KG105", at, "a", "b")).toEqual({
      code: "KG105",
      severity: "warning",
      message: "a",
      hint: "b",
      at,
    });
  });

  it("escapes invisible characters and lone surrogates", () => {
    expect(diagnose("KG204", at, "a\u001b[31m\n\u202e\u2028\ud800b").message).toBe(
      "a\\u{1b}[31m\\u{a}\\u{202e}\\u{2028}\\u{d800}b",
    );
  });

  it("cuts a message after 500 characters", () => {
    expect(diagnose("KG204", at, "x".repeat(600)).message).toBe(`${"x".repeat(500)}…`);
  });
});
