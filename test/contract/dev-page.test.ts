import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { optionNames } from "../../generator/commands/dev.js";
import { keysLine } from "../../generator/dev/keys.js";
import { keptFiles } from "../../generator/dev/state-folder.js";
import type { DevWord } from "../../generator/dev/words/dev-word.js";
import { root } from "../support/project.js";

const page = await readFile(join(root, "docs/reference/dev.md"), "utf8");

/** What the rows of a table of the page begin with. */
function rowsBelow(heading: string): readonly string[] {
  const [, part = ""] = page.split(`| ${heading} |`);
  const [table = ""] = part.split("\n\n");
  return [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name = ""]) => name);
}

it("docs/reference/dev.md has every option, key, kept file and object of --json", () => {
  const options = rowsBelow("option").flatMap((row) => /^--([\w-]+)/.exec(row)?.[1] ?? []);
  expect(options.sort()).toEqual([...optionNames].sort());
  expect(rowsBelow("key")).toEqual([...keysLine.matchAll(/(?:: |, )(\w) /g)].map(([, key]) => key));
  expect(rowsBelow("file")).toEqual(["launch.json", ...Object.values(keptFiles), "build/"]);
  const types: Readonly<Record<DevWord["type"], true>> = {
    ready: true,
    generated: true,
    restarted: true,
    delivery: true,
    error: true,
    log: true,
  };
  expect(rowsBelow("`type`")).toEqual(Object.keys(types));
});
