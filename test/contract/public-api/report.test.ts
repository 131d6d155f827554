import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readTree } from "../../support/project.js";
import { type Entry, entries } from "./declarations.js";
import { reportOf } from "./report.js";

const folder = join(dirname(fileURLToPath(import.meta.url)), "reports");

function reportName({ specifier }: Entry): string {
  return `${specifier.replaceAll("/", "-")}.api.md`;
}

async function currentReport({ specifier, types }: Entry): Promise<string> {
  const specifierOf = (module: string) =>
    entries.find((entry) => entry.types === posix.join(dirname(types), module).replace(/\.js$/, ".d.ts"))?.specifier ??
    module;
  return reportOf(specifier, await readFile(types, "utf8"), specifierOf);
}

describe("the report of the public API", () => {
  it.each(entries)("has every export of $specifier with its type", async (entry) => {
    const report = await currentReport(entry);
    const file = join(folder, reportName(entry));
    if (process.env.UPDATE_GOLDEN !== undefined) {
      await mkdir(folder, { recursive: true });
      await writeFile(file, report);
    }
    expect(report).toBe(await readFile(file, "utf8"));
  });

  it("has nothing else", async () => {
    expect(Object.keys(await readTree(folder)).sort()).toEqual(entries.map(reportName).sort());
  });
});
