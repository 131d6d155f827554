import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { tsc } from "../support/compile.js";
import { readTree, root } from "../support/project.js";
import { openPlay, type Play } from "./tutorial-play.js";
import { stepsOf } from "./tutorial-steps.js";

const folder = join(root, "docs/tutorial");
const pages = (await readdir(folder)).filter((name) => /^\d.*\.md$/.test(name)).sort();

let play: Play;
beforeAll(async () => {
  play = await openPlay();
});
afterAll(() => play.close());

// Each page goes on where the one before has ended. On a busy machine a page takes long: it starts many processes.
it.each(pages)("docs/tutorial/%s does what it says", { timeout: 600_000 }, async (page) => {
  for (const step of stepsOf(await readFile(join(folder, page), "utf8"))) await play.do(step);
  expect((await tsc(play.folder)).stdout).toBe("");
});

it("the tutorial ends with the project in examples/on-call", async () => {
  /** What is installed, built or the reader's own; the example has a README of its own. */
  const left = /^(node_modules|dist|\.kiket-gen)\/|^(\.env|README\.md)$/;
  const filesOf = async (path: string) =>
    Object.fromEntries(Object.entries(await readTree(path)).filter(([name]) => !left.test(name)));
  expect(await filesOf(play.folder)).toEqual(await filesOf(join(root, "examples/on-call")));
});
