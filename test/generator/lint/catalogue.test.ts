import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stageCodes } from "../../../generator/diagnostics/codes.js";
import { catalogue } from "../../../generator/lint/catalogue.js";
import type { Rule } from "../../../generator/lint/rule.js";
import { rules } from "../../../generator/lint/rules/index.js";
import { root } from "../../support/project.js";

async function exportsOf(folder: string, skipped: readonly string[] = []): Promise<object[]> {
  const files = readdirSync(join(root, folder)).filter((name) => !skipped.includes(name));
  const modules = await Promise.all(files.map((name) => import(join(root, folder, name))));
  return modules.flatMap((module: Record<string, object>) => Object.values(module));
}

describe("the rules", () => {
  it("are the exports of the files of rules, each once", async () => {
    const exported = (await exportsOf("generator/lint/rules", ["index.ts"])) as Rule[];
    expect(exported.length).toBeGreaterThan(60);
    const codesOf = (list: readonly Rule[]) => list.map(({ code }) => code).sort();
    expect(codesOf(rules)).toEqual(codesOf(exported));
  });
});

describe("the catalogue", () => {
  it("contains every code, and each code is defined once", async () => {
    const groups = await exportsOf("generator/diagnostics/codes");
    const owned = [...groups.flatMap((group) => Object.keys(group)), ...rules.map(({ code }) => code)];
    expect([...catalogue.keys()].sort()).toEqual(owned.sort());
    expect(new Set(owned).size).toBe(owned.length);
  });

  it("has the texts of the rules and of the other stages", () => {
    expect(catalogue.get("KG101")).toEqual(stageCodes.KG101);
    expect(rules.filter((rule) => catalogue.get(rule.code) !== rule)).toEqual([]);
  });

  it("has KG codes of three digits and the codes of the platform's linter", () => {
    for (const code of catalogue.keys()) expect(code).toMatch(/^(KG[1-8]\d\d|[LMSO]\d+)$/);
  });

  it("has a title of one line and an explanation in full sentences", () => {
    for (const { title, explanation } of catalogue.values()) {
      expect(title).toMatch(/^[^\n]{5,60}$/);
      expect(explanation).toMatch(/^[`A-Z][^\n]{20,}\.$/);
    }
  });
});
