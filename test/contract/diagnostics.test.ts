import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { catalogue } from "../../generator/lint/catalogue.js";
import { root } from "../support/project.js";

const codes = [...catalogue.keys()];

/** The groups of the page, by how their codes begin. */
const groups: readonly (readonly [start: string, title: string])[] = [
  ["KG1", "Finding and reading files"],
  ["KG2", "Manifest"],
  ["KG3", "Names"],
  ["KG4", "Custom-data modules"],
  ["KG5", "Generated files and handlers"],
  ["KG6", "`audit` and `rename`"],
  ["KG7", "Event schemas and OpenAPI documents of your own"],
  ["KG8", "`lint`"],
  ["L", "The platform's linter: manifest"],
  ["M", "The platform's linter: custom-data modules"],
  ["O", "The platform's linter: output fields"],
  ["S", "The platform's linter: setup wizard"],
];

function section(code: string): string {
  const entry = catalogue.get(code);
  return `### ${code}\n\n**${entry?.severity}: ${entry?.title}**\n\n${entry?.explanation}\n`;
}

const reference = groups
  .map(([start, title]) => {
    const sections = codes.filter((code) => code.startsWith(start)).map(section);
    return [`## ${title}\n`, ...sections].join("\n");
  })
  .join("\n");

describe("docs/reference/diagnostics.md", () => {
  const path = join(root, "docs/reference/diagnostics.md");
  /** What is written by hand ends where the first group begins. */
  const generated = /^## Finding and reading files\n[\s\S]*/m;

  it("holds every code with its texts (UPDATE_GOLDEN=1 writes it)", async () => {
    const page = await readFile(path, "utf8");
    if (process.env.UPDATE_GOLDEN !== undefined) {
      await writeFile(
        path,
        page.replace(generated, () => reference),
      );
    }
    const text = await readFile(path, "utf8");
    expect(generated.exec(text)?.[0]).toBe(reference);
    expect([...text.matchAll(/^### (\w+)$/gm)].map(([, code]) => code)).toEqual(codes);
  });
});
