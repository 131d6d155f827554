import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { optionNames } from "../../generator/commands/jobs.js";
import { deferralOf } from "../../runtime/handler/deferral.js";
import { jobStates } from "../../runtime/jobs/job-listing.js";
import { openPageProject } from "../hosts/page.js";
import { compile } from "../support/compile.js";
import { readTree, root } from "../support/project.js";
import { runVitest } from "../support/run-vitest.js";

const project = await openPageProject("jobs.md");
const { page, sources } = project;

/** What the rows of a table of the page begin with. */
function rowsBelow(heading: string): string[] {
  const [, part = ""] = page.split(`\n| ${heading} |`);
  const [table = ""] = part.split("\n\n");
  return [...table.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name = ""]) => name);
}

/** The names of an interface's members. */
async function membersOf(file: string, name: string): Promise<string[]> {
  const text = await readFile(join(root, file), "utf8");
  const start = text.search(new RegExp(`interface ${name}\\b`));
  return [...text.slice(start, text.indexOf("\n}", start)).matchAll(/^ {2}readonly (\w+)\??:/gm)].map(
    ([, member = ""]) => member,
  );
}

it("the code of the page about deferred handlers compiles, and its test passes", async () => {
  expect(Object.keys(sources)).toEqual([
    "src/handlers/issue.created.v1.ts",
    "src/main.ts",
    "src/worker.ts",
    "test/lighthouse.test.ts",
  ]);
  expect(await compile(project.folder, undefined, true)).toBe("");
  expect(await runVitest(project.folder)).toEqual({ "test/lighthouse.test.ts": "1 of 1" });
});

it("it has every option, state and reason", async () => {
  const deferOptions = await membersOf("runtime/handler/deferral.ts", "DeferOptions");
  expect(rowsBelow("option | default").sort()).toEqual(deferOptions.sort());
  const queueOptions = [
    ...(await membersOf("runtime/jobs/bullmq/options.ts", "RedisQueueOptions")),
    ...(await membersOf("runtime/jobs/bullmq/redis-place.ts", "RedisPlaceOptions")),
  ];
  expect(rowsBelow("option of `createQueue` | environment").sort()).toEqual(queueOptions.sort());
  const options = rowsBelow("option | what it does").flatMap((row) => /^--([\w-]+)/.exec(row)?.[1] ?? []);
  expect(options.sort()).toEqual([...optionNames].sort());
  expect(rowsBelow("state").sort()).toEqual([...jobStates].sort());
  const runtime = Object.values(await readTree(join(root, "runtime"))).join("\n");
  const reasons = rowsBelow("reason");
  expect(reasons.length).toBeGreaterThan(8);
  expect(reasons.filter((reason) => !runtime.includes(`"${reason}"`))).toEqual([]);
});

it("its defaults are those of the source", () => {
  const { attempts, backoff, timeout } = deferralOf(true);
  expect([attempts, backoff, timeout]).toEqual([5, { delay: 5_000, factor: 2, longest: 3_600_000 }, 900_000]);
  for (const text of ["| `attempts` | 5 |", "| 5 s, doubled each time, 1 h at most |", "| 900000 (15 min) |"]) {
    expect(page).toContain(text);
  }
});
