import { join } from "node:path";
import { expect, it } from "vitest";
import { testedCompilers, tsc } from "../support/compile.js";
import { root } from "../support/project.js";
import { runCli } from "../support/run-node.js";

const folder = join(root, "examples/on-call");

it("the manifest of examples/on-call declares what its code uses, and no more", async () => {
  const { code, stdout } = await runCli(["audit"], folder);
  expect([code, stdout]).toEqual([0, expect.not.stringContaining("warning")]);
});

it.each(testedCompilers)("the example compiles with TypeScript %s, with its tests", async (version) => {
  expect((await tsc(folder, [], version)).stdout).toBe("");
});
