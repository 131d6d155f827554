import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../support/project.js";
import { runVitest } from "../support/run-vitest.js";
import { openRecipes, readRecipe } from "./recipes.js";

/** For each recipe whose page has its test: how many of its tests pass, and how many it has. */
const passes = {
  "retry-later": 3,
  "rotate-a-secret": 3,
  "answer-csv": 3,
  "test-a-redelivery": 3,
  "issue-and-case-events": 2,
  "two-versions-of-an-event": 2,
  "log-with-pino": 1,
  "traces-and-metrics": 1,
  "behind-a-proxy": 1,
  "refuse-a-transition": 3,
  "command-with-parameters": 2,
  "call-an-external-api": 3,
  "store-records": 2,
  "foreign-webhook": 3,
  "long-work": 2,
  "escalate-a-breach": 2,
  "several-webhook-secrets": 3,
  "settings-with-defaults": 3,
  "from-the-python-sdk": 2,
  "from-the-node-sdk": 2,
  "from-the-ruby-sdk": 2,
  "own-event-schema": 2,
  "keep-personal-data-out": 2,
  "test-clock-and-faults": 5,
} as const;

/** One process for all, so that the package is loaded once: loading takes longer than the tests. */
const together = ["--no-isolate", "--maxWorkers=1"];

const recipes = await openRecipes(Object.keys(passes));

it("the code and the tests of every page compile", async () => {
  expect(await recipes.compile()).toBe("");
});

it("the tests of every page pass", async () => {
  const counted = Object.entries(await runVitest(recipes.folder, together)).map(([file, count]) => [
    file.split(/[\\/]/)[0],
    count,
  ]);
  expect(Object.fromEntries(counted)).toEqual(
    Object.fromEntries(Object.entries(passes).map(([name, count]) => [name, `${count} of ${count}`])),
  );
});

describe("the index of the cookbook", () => {
  const folder = join(root, "docs/cookbook");

  it("names each page once, by its title", async () => {
    const pages = (await readdir(folder)).filter((name) => name.endsWith(".md") && name !== "README.md");
    expect(pages.length).toBeGreaterThanOrEqual(28);
    const index = await readFile(join(folder, "README.md"), "utf8");
    const links = [...index.matchAll(/^\| \[(.+)\]\((\S+)\) \|/gm)].map(([, title, page]) => [page, title]);
    const titles = pages.map(async (page) => [page, /^# (.*)$/m.exec(await readFile(join(folder, page), "utf8"))?.[1]]);
    expect(links.sort()).toEqual((await Promise.all(titles)).sort());
  });

  it("has a test for each page, in this file or for the program", async () => {
    const programs = await readFile(join(root, "test/cookbook/programs.test.ts"), "utf8");
    const ofPrograms = [...programs.matchAll(/^ *(?:it|test)\("([\w-]+): /gm)].map(([, name = ""]) => name);
    const pages = (await readdir(folder)).map((name) => name.replace(".md", "")).filter((name) => name !== "README");
    expect([...new Set([...Object.keys(passes), ...ofPrograms])].sort()).toEqual(pages.sort());
  });

  it("has pages that say how to try them, what to watch out for, and where the reference is", async () => {
    for (const name of Object.keys(passes)) {
      const page = await readRecipe(name);
      const parts = ["\n## Try it\n", "\n## Watch out\n", "\nReference: "];
      expect([name, parts.filter((part) => !page.includes(part))]).toEqual([name, []]);
    }
  });
});
