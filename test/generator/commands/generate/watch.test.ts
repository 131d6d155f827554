import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, cp, mkdir, readFile, rename, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createProject, readTree, removeProject, root } from "../../../support/project.js";
import { runCli } from "../../../support/run-node.js";

const manifest = `name: Bell
version: 0.3.0
vendor: example.com
scopes:
  read: [issue]
events: [issue.created]
`;
const twoEvents = manifest.replace("[issue.created]", "[issue.created, issue.closed]");
const stubMade = "  created  src/handlers/issue.closed.v1.ts\n";

let folder: string;
let child: ChildProcess;
let output = "";
beforeEach(async () => {
  folder = await createProject({ "extension.yaml": manifest });
});
afterEach(async () => {
  child.kill("SIGKILL");
  await removeProject(folder);
});

/** Starts the watch in the project, and waits for its first run. */
async function start(...args: readonly string[]): Promise<string> {
  output = "";
  child = spawn(process.execPath, [join(root, "dist/generator/cli.cjs"), "--watch", ...args], { cwd: folder });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk) => {
      output += chunk;
    });
  }
  return nextRun();
}

/** Waits for a text in the output, and takes everything up to it, without the times. */
async function until(text: string): Promise<string> {
  const shown = () => output.replace(/^\d\d:\d\d:\d\d {2}/gm, "");
  while (!shown().includes(text)) await new Promise((resolve) => setTimeout(resolve, 5));
  const end = shown().indexOf(text) + text.length;
  const taken = shown().slice(0, end);
  output = shown().slice(end);
  return taken;
}

const ready = "watching for changes; press Ctrl+C to stop\n";

/** Waits for the output of a run, and takes it. */
async function nextRun(): Promise<string> {
  return (await until(ready)).slice(0, -ready.length);
}

function at(path: string): string {
  return join(folder, path);
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(at(path)), { recursive: true });
  await writeFile(at(path), text);
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function exists(path: string): Promise<boolean> {
  return stat(at(path)).then(
    () => true,
    () => false,
  );
}

it("generates again after every change, and survives a broken manifest", async () => {
  expect(await start()).toContain("  created  src/handlers/issue.created.v1.ts\n");

  await write("extension.yaml", twoEvents);
  expect(await nextRun()).toContain(stubMade);

  await write("extension.yaml", `${manifest}scopes: [\n`);
  expect(await nextRun()).toContain("; nothing was written\n");
  expect(await readFile(at("src/generated/scopes.gen.ts"), "utf8")).toContain("issue:read");

  await rm(at("extension.yaml"));
  expect(await nextRun()).toContain("no manifest found");

  await write("extension.yaml", manifest.replace("[issue]", "[comment]"));
  expect(await nextRun()).toContain("  written  src/generated/scopes.gen.ts\n");

  child.kill("SIGINT");
  expect(await once(child, "exit")).toEqual([0, null]);
});

it("begins each line with the time", async () => {
  child = spawn(process.execPath, [join(root, "dist/generator/cli.cjs"), "--watch"], { cwd: folder });
  let lines = "";
  child.stdout?.on("data", (chunk) => {
    lines += chunk;
  });
  while (!lines.includes("Ctrl+C")) await pause(5);
  expect(lines.trimEnd().split("\n").length).toBeGreaterThan(10);
  expect(
    lines
      .trimEnd()
      .split("\n")
      .filter((line) => !/^([01]\d|2[0-3]):[0-5]\d:[0-5]\d {2}\S|^\d\d:\d\d:\d\d {4}\S/.test(line)),
  ).toEqual([]);
});

it("goes on when its input ends", async () => {
  await start();
  child.stdin?.end();
  await write("extension.yaml", twoEvents);
  expect(await nextRun()).toContain(stubMade);
});

describe("sees the next change after", () => {
  it.each<[what: string, disturb: () => Promise<unknown>]>([
    [
      "the manifest was gone for 10 ms",
      async () => {
        await rm(at("extension.yaml"));
        await pause(10);
        await write("extension.yaml", manifest);
      },
    ],
    [
      "the manifest was gone for longer",
      async () => {
        await rm(at("extension.yaml"));
        await until("no manifest found");
        await write("extension.yaml", manifest);
        await nextRun();
      },
    ],
    [
      "the project was renamed and came back",
      async () => {
        await rename(folder, `${folder}-away`);
        await until("no manifest found");
        await rename(`${folder}-away`, folder);
        await nextRun();
      },
    ],
    [
      "the project was deleted and made again",
      async () => {
        await cp(folder, `${folder}-copy`, { recursive: true });
        await rm(folder, { recursive: true });
        await until("no manifest found");
        await rename(`${folder}-copy`, folder);
        await nextRun();
      },
    ],
    [
      "the manifest became a folder and a file again",
      async () => {
        await rm(at("extension.yaml"));
        await mkdir(at("extension.yaml"));
        await until("expected a file, found a folder");
        await rm(at("extension.yaml"), { recursive: true });
        await write("extension.yaml", manifest);
        await nextRun();
      },
    ],
    [
      "an editor replaced the manifest by a new file",
      async () => {
        await write(".extension.yaml.swp", `${manifest}# saved\n`);
        await rename(at(".extension.yaml.swp"), at("extension.yaml"));
        await nextRun();
      },
    ],
    ["the generated files were deleted", () => rm(at("src/generated"), { recursive: true }).then(nextRun)],
    ["all sources were deleted", () => rm(at("src"), { recursive: true }).then(nextRun)],
    [
      "many saves",
      async () => {
        for (let save = 0; save < 100; save += 1) await write("extension.yaml", `${manifest}# ${save}\n`);
        await nextRun();
      },
    ],
  ])("%s", async (_what, disturb) => {
    await start();
    await disturb();
    await write("extension.yaml", twoEvents);
    expect(await until(stubMade)).toContain("src/generated/events/issue.closed.v1.gen.ts");
    expect(Object.keys(await readTree(at("src/generated")))).toHaveLength(10);
  });

  it("the folder of the manifest was renamed and came back", async () => {
    await rm(at("extension.yaml"));
    await write(".kiket/manifest.yaml", manifest);
    await start();
    await rename(at(".kiket"), at("elsewhere"));
    await until("no manifest found");
    await rename(at("elsewhere"), at(".kiket"));
    await nextRun();
    await write(".kiket/manifest.yaml", twoEvents);
    expect(await nextRun()).toContain(stubMade);
  });

  it.skipIf(process.getuid?.() === 0)("the manifest could not be read", async () => {
    await start();
    await chmod(at("extension.yaml"), 0);
    await until("permission denied");
    await chmod(at("extension.yaml"), 0o644);
    await nextRun();
    await write("extension.yaml", twoEvents);
    expect(await nextRun()).toContain(stubMade);
  });
});

it("sees that a link to the manifest leads elsewhere, and changes of what it leads to", async () => {
  await rm(at("extension.yaml"));
  await write("one.yaml", manifest);
  await write("two.yaml", twoEvents);
  await symlink("one.yaml", at("extension.yaml"));
  await start();
  await symlink("two.yaml", at("next"));
  await rename(at("next"), at("extension.yaml"));
  expect(await nextRun()).toContain(stubMade);
  await write("two.yaml", twoEvents.replace("[issue]", "[comment]"));
  expect(await nextRun()).toContain("  written  src/generated/scopes.gen.ts\n");
});

it("sees a file of the same size with an old time", async () => {
  await write("next.yaml", manifest.replace("0.3.0", "0.4.0"));
  const { atime, mtime } = await stat(at("extension.yaml"));
  await start();
  await utimes(at("next.yaml"), atime, mtime);
  await rename(at("next.yaml"), at("extension.yaml"));
  expect(await nextRun()).toContain("  written  src/generated/extension.gen.ts\n");
});

it("makes a handler again that is gone", async () => {
  await start();
  await rm(at("src/handlers/issue.created.v1.ts"));
  expect(await nextRun()).toContain("  created  src/handlers/issue.created.v1.ts\n");
});

it("does not run while git is at work, and says why it waits", async () => {
  await write(".git/HEAD", "ref: refs/heads/main\n");
  await start();
  await write(".git/index.lock", "");
  await rm(at("src/handlers/issue.created.v1.ts"));
  await until(".git/index.lock exists; delete this file if no git command is running\n");
  expect(await exists("src/handlers/issue.created.v1.ts")).toBe(false);
  await rm(at(".git/index.lock"));
  expect(await nextRun()).toContain("  created  src/handlers/issue.created.v1.ts\n");
});

it("keeps what git brings when branches are changed back and forth", async () => {
  const git = (...args: string[]) =>
    once(spawn("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: folder }), "exit");
  const handler = "src/handlers/issue.created.v1.ts";
  await runCli([], folder);
  await write(handler, "export default 1;\n");
  await git("init", "-b", "main");
  await git("add", "-A");
  await git("commit", "-m", "one");
  await git("checkout", "--orphan", "other");
  await git("rm", "-rf", ".");
  await write("note.txt", "nothing\n");
  await git("add", "-A");
  await git("commit", "-m", "two");
  await git("checkout", "main");
  await start();
  await git("checkout", "other");
  await until("no manifest found");
  await git("checkout", "main");
  await nextRun();
  expect(await readFile(at(handler), "utf8")).toBe("export default 1;\n");
  await write("extension.yaml", twoEvents);
  expect(await until(stubMade)).not.toContain("created  src/handlers/issue.created");
  expect(await readFile(at(handler), "utf8")).toBe("export default 1;\n");
});

it("restores a generated file that was edited, once", async () => {
  await start();
  await write("src/generated/scopes.gen.ts", "export const Scope = {};\n");
  expect(await nextRun()).toContain("  written  src/generated/scopes.gen.ts\n");
  await pause(1500);
  expect(output).toBe("");
});

it("watches the modules beside the manifest that is named", async () => {
  await write("ext/.kiket/manifest.yaml", manifest);
  await start("--manifest", "ext/.kiket/manifest.yaml");
  const schema = "module: com.example.leads\ntables: { leads: { columns: [{ name: id, type: bigint }] } }\n";
  await write("ext/.kiket/modules/leads/schema.yml", schema);
  expect(await nextRun()).toContain("1 custom-data module\n  written  src/generated/custom-data.gen.ts\n");
  await write("ext/.kiket/modules/leads/schema.yml", schema.replace("com.example.leads", "com.example.orders"));
  expect(await nextRun()).toContain("  written  src/generated/custom-data.gen.ts\n");
});

it("watches folders that come later", async () => {
  await start();
  const schema = "module: com.example.leads\ntables: { leads: { columns: [{ name: id, type: bigint }] } }\n";
  await write(".kiket/modules/leads/schema.yml", schema);
  expect(await nextRun()).toContain("1 custom-data module\n  written  src/generated/custom-data.gen.ts\n");
  await write(".kiket/modules/leads/schema.yml", schema.replace("com.example.leads", "com.example.orders"));
  expect(await nextRun()).toContain("  written  src/generated/custom-data.gen.ts\n");
});

it("watches the settings in package.json, and says what is wrong with them", async () => {
  await start();
  await write("package.json", '{ "kiket-gen": { "handlers": "src/handlers/" } }');
  expect(await nextRun()).toContain("11 files: 11 unchanged\n");
  await write("package.json", '{ "kiket-gen": { "handlers": "src/generated" } }');
  expect(await nextRun()).toContain("package.json:1:30  error  KG511");
  await write("package.json", '{ "kiket-gen": { "out": "src/types" } }');
  expect(await nextRun()).toContain("  created  src/types/scopes.gen.ts\n");
  await write("extension.yaml", twoEvents);
  expect(await nextRun()).toContain("  created  src/types/events/issue.closed.v1.gen.ts\n");
});

it("makes no handler again that was moved", async () => {
  await start();
  const text = await readFile(at("src/handlers/issue.created.v1.ts"), "utf8");
  await write("src/on/created.ts", text);
  await rm(at("src/handlers/issue.created.v1.ts"));
  expect(await nextRun()).toContain("src/on/created.ts:1:1  error  KG513");
  expect(await exists("src/handlers/issue.created.v1.ts")).toBe(false);
  await rm(at("src/on/created.ts"));
  expect(await nextRun()).toContain("  created  src/handlers/issue.created.v1.ts\n");
});

it("watches what the tsconfig.json extends, from when it does", async () => {
  await start();
  await write("config/base.json", "{}");
  await write("tsconfig.json", '{ "extends": "./config/base.json" }');
  expect(await nextRun()).toContain("11 files: 11 unchanged\n");
  await write("config/base.json", '{ "compilerOptions": { "allowImportingTsExtensions": true } }');
  expect(await nextRun()).toContain("  written  src/generated/extension.gen.ts\n");
});

it("uses the schemas that another run named, and runs once for what it writes itself", async () => {
  await start();
  await write("contracts/issue.created.v1.schema.json", '{ "properties": { "widget": { "type": "string" } } }');
  expect((await runCli(["--events", "contracts"], folder)).code).toBe(0);
  expect(await nextRun()).toContain("10 files: 10 unchanged\n");
  await write("extension.yaml", twoEvents);
  expect(await nextRun()).toContain(stubMade);
  await pause(1500);
  expect(output).toBe("");
});

it("watches schemas in another folder", async () => {
  const elsewhere = await createProject({ "issue.created.v1.schema.json": '{ "title": "one" }' });
  try {
    await start("--events", elsewhere);
    await writeFile(
      join(elsewhere, "issue.created.v1.schema.json"),
      '{ "properties": { "gadget": { "type": "string" } } }',
    );
    expect(await nextRun()).toContain("  written  src/generated/events/issue.created.v1.gen.ts\n");
  } finally {
    await removeProject(elsewhere);
  }
});

it("watches the schemas that the lock file keeps", async () => {
  const schema = "contracts/issue.created.v1.schema.json";
  await write(schema, '{ "properties": { "widget": { "type": "string" } } }');
  expect((await runCli(["--events", "contracts"], folder)).code).toBe(0);
  expect(await start()).toContain("10 files: 10 unchanged\n");
  await write(schema, '{ "properties": { "gadget": { "type": "string" } } }');
  expect(await nextRun()).toContain("  written  src/generated/events/issue.created.v1.gen.ts\n");
});
