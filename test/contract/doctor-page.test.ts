import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { optionNames } from "../../generator/commands/doctor.js";
import type { CheckText } from "../../generator/doctor/finding.js";
import { projectChecks } from "../../generator/doctor/project/project-checks.js";
import { receiverProbes } from "../../generator/doctor/receiver/probes/index.js";
import { receiverChecks } from "../../generator/doctor/receiver/receiver-checks.js";
import { root } from "../support/project.js";

const file = join(root, "docs/reference/doctor.md");

/** The rows of the table below a heading, without its first two lines. */
function rowsBelow(page: string, heading: string): readonly string[] {
  const [, part = ""] = page.split(`## ${heading}\n`);
  const lines = (part.split("\n## ")[0] ?? "").split("\n");
  return lines.filter((line) => line.startsWith("|")).slice(2);
}

function rowOf({ id, looksAt, fix }: CheckText): string {
  return `| \`${id}\` | ${looksAt} | ${fix} |`;
}

/** With UPDATE_GOLDEN=1, writes the table below a heading. */
async function updated(heading: string, checks: readonly CheckText[]): Promise<string> {
  const page = await readFile(file, "utf8");
  if (process.env.UPDATE_GOLDEN !== "1") return page;
  const old = rowsBelow(page, heading);
  const start = page.indexOf("| --- |", page.indexOf(`## ${heading}\n`));
  const end = page.indexOf("\n", start) + 1;
  const text =
    page.slice(0, end) +
    checks.map((check) => `${rowOf(check)}\n`).join("") +
    page.slice(end + old.join("\n").length + (old.length > 0 ? 1 : 0));
  await writeFile(file, text);
  return text;
}

it("docs/reference/doctor.md has every option", async () => {
  const page = await readFile(file, "utf8");
  const [head = ""] = page.split("\n## ");
  const named = [...head.matchAll(/^\| `--([\w-]+)/gm)].map(([, name]) => name);
  expect(named.sort()).toEqual([...optionNames].sort());
});

it("docs/reference/doctor.md has a row for each check of a project, with what to do", async () => {
  const heading = "Checks of a project";
  expect(rowsBelow(await updated(heading, projectChecks), heading)).toEqual(projectChecks.map(rowOf));
  expect(new Set(projectChecks.map(({ id }) => id)).size).toBe(projectChecks.length);
});

it("docs/reference/doctor.md has a row for each check of a receiver, with what to do", async () => {
  const heading = "Checks of a receiver";
  const checks: readonly CheckText[] = [...receiverChecks, ...receiverProbes];
  expect(rowsBelow(await updated(heading, checks), heading)).toEqual(checks.map(rowOf));
  expect(new Set([...projectChecks, ...checks].map(({ id }) => id)).size).toBe(projectChecks.length + checks.length);
});
