import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as testing from "../../runtime/testing.js";
import { root } from "../support/project.js";

const text = await readFile(join(root, "runtime/testing/README.md"), "utf8");

/** First cells of the rows below a table's heading. */
function firstCells(heading: string): string[] {
  const rows =
    text
      .slice(text.indexOf(`| ${heading} |`))
      .split("\n\n")[0]
      ?.split("\n")
      .slice(2) ?? [];
  return rows.map((row) => row.split("|")[1]?.trim() ?? "");
}

const names = (cell: string): string[] => [...cell.matchAll(/`([\w-]+)/g)].map((match) => match[1] ?? "");

test("names every export that is a value, but those of generated code", () => {
  const ofGenerated = ["bindPayloads", "bindTestAdapter", "bindTestExtension", "DeliveryError", "retrySchedule"];
  expect(firstCells("export").flatMap(names).sort()).toEqual(
    Object.keys(testing)
      .filter((name) => !ofGenerated.includes(name))
      .sort(),
  );
});

test("names every matcher", () => {
  expect(firstCells("matcher of an outcome").flatMap(names)).toEqual(Object.keys(testing.matchers));
});

test("names every fault", async () => {
  const platform = await testing.createPlatform();
  const kinds = firstCells("`faults.inject({ fault })`").flatMap(names);
  expect(() => platform.faults.inject({ fault: "none" } as unknown as testing.Fault)).toThrow(
    `expected one of ${kinds.join(", ")}.`,
  );
  await platform.close();
});

test("names every file", async () => {
  const files = (await readdir(join(root, "runtime/testing"))).filter((name) => !/\.gen\.|README/.test(name));
  const named = firstCells("file").flatMap((cell) => [...cell.matchAll(/`([\w.-]+)`/g)].map((match) => match[1]));
  expect(named.sort()).toEqual(files.sort());
});
