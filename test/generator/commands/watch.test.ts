import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createProject, removeProject, root, runCli } from "../../support/project.js";

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
  start();
});
afterEach(async () => {
  child.kill("SIGKILL");
  await removeProject(folder);
});

function start(): void {
  output = "";
  child = spawn(process.execPath, [join(root, "dist/generator/cli.js"), "--watch"], { cwd: folder });
  child.stdout?.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    output += chunk;
  });
}

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

it("watches the schemas that the lock file keeps", async () => {
  await nextRun();
  child.kill("SIGKILL");
  await once(child, "exit");
  const schema = join(folder, "contracts/issue.created.v1.schema.json");
  await mkdir(join(folder, "contracts"));
  await writeFile(schema, '{ "properties": { "widget": { "type": "string" } } }');
  expect((await runCli(["--events", "contracts"], folder)).code).toBe(0);
  start();
  expect(await nextRun()).toContain("10 files: 10 unchanged\n");
  await writeFile(schema, '{ "properties": { "gadget": { "type": "string" } } }');
  expect(await nextRun()).toContain("  written  src/generated/events/issue.created.v1.gen.ts\n");
});
