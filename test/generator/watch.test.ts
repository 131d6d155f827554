import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createProject, removeProject, root } from "../support/project.js";

const manifest = `name: Bell
version: 0.3.0
vendor: example.com
scopes:
  read: [issue]
events: [issue.created]
`;

let folder: string;
let child: ChildProcess;
let output = "";
beforeEach(async () => {
  folder = await createProject({ "extension.yaml": manifest });
  output = "";
  child = spawn(process.execPath, [join(root, "dist/generator/cli.js"), "--watch"], { cwd: folder });
  child.stdout?.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    output += chunk;
  });
});
afterEach(async () => {
  child.kill("SIGKILL");
  await removeProject(folder);
});

/** Waits for the output of a run, and takes it. */
async function nextRun(): Promise<string> {
  for (;;) {
    const end = output.indexOf("watching for changes; interrupt to end\n");
    if (end >= 0) {
      const run = output.slice(0, end);
      output = output.slice(end + "watching for changes; interrupt to end\n".length);
      return run;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

it("generates again after every change, and survives a broken manifest", async () => {
  expect(await nextRun()).toContain("  created  src/handlers/issue.created.v1.ts\n");

  await writeFile(join(folder, "extension.yaml"), manifest.replace("[issue.created]", "[issue.created, issue.closed]"));
  expect(await nextRun()).toContain("  created  src/handlers/issue.closed.v1.ts\n");

  await writeFile(join(folder, "extension.yaml"), `${manifest}scopes: [\n`);
  expect(await nextRun()).toContain("; nothing was written\n");
  expect(await readFile(join(folder, "src/generated/scopes.gen.ts"), "utf8")).toContain("issue:read");

  await rm(join(folder, "extension.yaml"));
  expect(await nextRun()).toContain("there is no manifest");

  await writeFile(join(folder, "extension.yaml"), manifest.replace("[issue]", "[comment]"));
  expect(await nextRun()).toContain("  written  src/generated/scopes.gen.ts\n");

  child.kill("SIGINT");
  expect(await once(child, "exit")).toEqual([0, null]);
});
