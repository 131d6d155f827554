import { join } from "node:path";
import { expect, it } from "vitest";
import { testedCompilers, tsc } from "../support/compile.js";
import { root } from "../support/project.js";
import { runCli } from "../support/run-node.js";

const folder = join(root, "examples/on-call");

it("the files of examples/on-call are as they are generated now (UPDATE_GOLDEN=1 writes them)", async () => {
  const check = process.env.UPDATE_GOLDEN === undefined ? ["--check", "--require-handlers"] : [];
  const { code, stdout, stderr } = await runCli(check, folder);
  expect([code, stderr], stdout).toEqual([0, ""]);
});

it("its manifest declares what its code uses, and no more", async () => {
  const { code, stdout } = await runCli(["audit"], folder);
  expect([code, stdout]).toEqual([0, expect.not.stringContaining("warning")]);
});

it.each(testedCompilers)("it compiles with TypeScript %s, with its tests", async (version) => {
  expect((await tsc(folder, [], version)).stdout).toBe("");
});
