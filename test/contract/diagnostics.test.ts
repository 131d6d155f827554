import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { catalogue } from "../../generator/lint/catalogue.js";
import { readTree, root } from "../support/project.js";

const codes = [...catalogue.keys()];
const path = join(root, "README.md");

/** Every code in a table of Markdown. */
function table(): string {
  const head = ["code", "severity", "what it means"];
  const rows = [...catalogue].map(([code, { severity, title }]) => [`\`${code}\``, severity, title]);
  const widths = head.map((title, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? title.length)),
  );
  const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line), ""].join("\n");
}

const tablePattern = /(?<=^## Diagnostics\n(?:(?!\||## ).*\n)*)(?:\|.*\n)+/m;

describe("codes", () => {
  it("include every rule of the platform's linter", () => {
    const numbered = (letter: string, first: number, last: number) =>
      Array.from({ length: last - first + 1 }, (_, index) => `${letter}${first + index}`);
    const rules = [numbered("L", 0, 15), numbered("M", 1, 7), numbered("O", 1, 7), numbered("S", 1, 16)].flat();
    expect(codes.filter((code) => !code.startsWith("KG"))).toEqual(rules);
  });

  it("of the linter are each named by a test", async () => {
    const tests = Object.entries(await readTree(join(root, "test/generator"))).filter(
      ([name]) => !name.endsWith("corpus.test.ts"),
    );
    const text = tests.map(([, source]) => source).join("\n");
    const linted = codes.filter((code) => /^(KG8|[LMSO])/.test(code));
    expect(linted.filter((code) => !new RegExp(`\\b${code}\\b`).test(text))).toEqual([]);
  });
});

describe("the README's table of diagnostics", () => {
  it("holds every code (UPDATE_GOLDEN=1 writes it)", async () => {
    const readme = await readFile(path, "utf8");
    if (process.env.UPDATE_GOLDEN !== undefined)
      await writeFile(
        path,
        readme.replace(tablePattern, () => table()),
      );
    expect(tablePattern.exec(await readFile(path, "utf8"))?.[0]).toBe(table());
  });
});
