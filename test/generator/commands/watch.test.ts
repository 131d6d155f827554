import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { watch } from "../../../generator/commands/watch.js";
import { createProject, removeProject, root } from "../../support/project.js";
import { runCli } from "../../support/run-node.js";

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

function start(...args: readonly string[]): void {
  output = "";
  child = spawn(process.execPath, [join(root, "dist/generator/cli.cjs"), "--watch", ...args], { cwd: folder });
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
    const end = output.indexOf("watching for changes; press Ctrl+C to stop\n");
    if (end >= 0) {
      const run = output.slice(0, end);
      output = output.slice(end + "watching for changes; press Ctrl+C to stop\n".length);
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
  expect(await nextRun()).toContain("no manifest found");

  await writeFile(join(folder, "extension.yaml"), manifest.replace("[issue]", "[comment]"));
  expect(await nextRun()).toContain("  written  src/generated/scopes.gen.ts\n");

  child.kill("SIGINT");
  expect(await once(child, "exit")).toEqual([0, null]);
});

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), text);
}

async function stop(): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}

it("watches the modules beside the manifest that is named", async () => {
  await nextRun();
  await stop();
  await write("ext/.kiket/manifest.yaml", manifest);
  start("--manifest", "ext/.kiket/manifest.yaml");
  await nextRun();
  const schema = "module: com.example.leads\ntables: { leads: { columns: [{ name: id, type: bigint }] } }\n";
  await write("ext/.kiket/modules/leads/schema.yml", schema);
  expect(await nextRun()).toContain("1 custom-data module\n  written  src/generated/custom-data.gen.ts\n");
  await write("ext/.kiket/modules/leads/schema.yml", schema.replace("com.example.leads", "com.example.orders"));
  expect(await nextRun()).toContain("  written  src/generated/custom-data.gen.ts\n");
});

it("watches folders that come later", async () => {
  await nextRun();
  const schema = "module: com.example.leads\ntables: { leads: { columns: [{ name: id, type: bigint }] } }\n";
  await write(".kiket/modules/leads/schema.yml", schema);
  expect(await nextRun()).toContain("1 custom-data module\n  written  src/generated/custom-data.gen.ts\n");
  await write(".kiket/modules/leads/schema.yml", schema.replace("com.example.leads", "com.example.orders"));
  expect(await nextRun()).toContain("  written  src/generated/custom-data.gen.ts\n");
});

it("watches what the tsconfig.json extends, from when it does", async () => {
  await nextRun();
  await write("config/base.json", "{}");
  await write("tsconfig.json", '{ "extends": "./config/base.json" }');
  expect(await nextRun()).toContain("11 files: 11 unchanged\n");
  await write("config/base.json", '{ "compilerOptions": { "allowImportingTsExtensions": true } }');
  expect(await nextRun()).toContain("  written  src/generated/extension.gen.ts\n");
});

it("uses the schemas that another run named, and runs once for what it writes itself", async () => {
  await nextRun();
  await write("contracts/issue.created.v1.schema.json", '{ "properties": { "widget": { "type": "string" } } }');
  expect((await runCli(["--events", "contracts"], folder)).code).toBe(0);
  expect(await nextRun()).toContain("10 files: 10 unchanged\n");
  await write("extension.yaml", manifest.replace("[issue.created]", "[issue.created, issue.closed]"));
  expect(await nextRun()).toContain("  created  src/handlers/issue.closed.v1.ts\n");
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(output).toBe("");
});

it("watches the schemas that the lock file keeps", async () => {
  await nextRun();
  await stop();
  const schema = join(folder, "contracts/issue.created.v1.schema.json");
  await mkdir(join(folder, "contracts"));
  await writeFile(schema, '{ "properties": { "widget": { "type": "string" } } }');
  expect((await runCli(["--events", "contracts"], folder)).code).toBe(0);
  start();
  expect(await nextRun()).toContain("10 files: 10 unchanged\n");
  await writeFile(schema, '{ "properties": { "gadget": { "type": "string" } } }');
  expect(await nextRun()).toContain("  written  src/generated/events/issue.created.v1.gen.ts\n");
});

it("runs again on the same inputs only if the run before did not get through", async () => {
  await nextRun();
  const results = [false, true];
  let runs = 0;
  let end = () => {};
  const until = new Promise<void>((resolve) => {
    end = resolve;
  });
  const input = join(folder, "extension.yaml");
  const look = async () => ({
    stamp: "the same",
    paths: [input],
    run: async () => {
      runs += 1;
      return results.shift() ?? true;
    },
  });
  const done = watch({ look, written: join(folder, "lock.json"), until });
  const touchUntil = async (wanted: number) => {
    while (runs < wanted) {
      await writeFile(input, manifest);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  await touchUntil(2);
  await writeFile(input, manifest);
  await new Promise((resolve) => setTimeout(resolve, 500));
  end();
  await done;
  expect(runs).toBe(2);
});
