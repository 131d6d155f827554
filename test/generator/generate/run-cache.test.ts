import { execFileSync, spawn } from "node:child_process";
import { chmod, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { run as generate } from "../../../generator/commands/generate.js";
import { generateFrom } from "../../../generator/generate/generate.js";
import { recall, remember } from "../../../generator/generate/run-cache.js";
import { type Cached, openCache } from "../../../generator/project/cache.js";
import { createHost } from "../../../generator/project/host.js";
import { readProject } from "../../../generator/project/read-project.js";
import { type Trace, tracedHost } from "../../../generator/project/trace.js";
import { createProject, readTree, removeProject, root } from "../../support/project.js";
import { runCommand } from "../../support/run-command.js";
import { type Finished, runCli } from "../../support/run-node.js";

const manifest = "name: Bell\nversion: 0.3.0\nvendor: example.com\nscopes:\n  read: [issue]\nevents: [issue.created]\n";

let folder: string;
beforeEach(async () => {
  folder = await createProject({ "extension.yaml": manifest });
  await mkdir(join(folder, "node_modules"));
});
afterEach(() => removeProject(folder));

const at = (path: string) => join(folder, path);
const run = (...args: readonly string[]): Promise<Finished> => runCommand({ run: generate }, [folder, ...args]);

async function cacheFile(): Promise<string> {
  const [name = ""] = await readdir(at("node_modules/.cache/kiket-gen"));
  expect(name).toMatch(/^[0-9a-f]{8}-run\.json$/);
  return at(`node_modules/.cache/kiket-gen/${name}`);
}

const said = "extension.yaml  1 event, 1 permission, 0 settings, 0 secrets, 0 custom-data modules\n";
const unfilled = "1 of 1 handler is not filled: src/handlers/issue.created.v1.ts (501 until it is filled)\n";
const all = (word: string) =>
  expect.stringMatching(new RegExp(`\\n(\\d+) files: \\1 ${word}\\n1 of 1 handler is .*\\n$`));
const nothingToDo = { code: 0, stderr: "", stdout: `${said}nothing to do\n${unfilled}` };
const unchanged = { code: 0, stderr: "", stdout: all("unchanged") };

describe("a clean run", () => {
  async function saved(): Promise<void> {
    const { host, trace } = tracedHost(createHost(folder));
    const project = await readProject(host, { dir: folder });
    await generateFrom(host, project, "write");
    remember(host, project, trace() as Trace, { summary: "said", unfilled: "", stubs: [] });
  }

  it("is recalled", async () => {
    await saved();
    expect(await recall(createHost(folder), { dir: folder })).toBe("said\nnothing to do\n");
  });

  it("is recalled only for the same paths", async () => {
    await saved();
    const host = createHost(folder);
    const same = { dir: folder, out: at("src/generated"), handlers: "./src/handlers/", events: "" };
    expect(await recall(host, same)).toBe("said\nnothing to do\n");
    for (const other of [{ out: "gen" }, { handlers: "on" }, { manifest: "extension.yaml" }, { events: "contracts" }]) {
      expect(await recall(host, { dir: folder, ...other }), JSON.stringify(other)).toBeUndefined();
    }
  });

  it("is not recalled if the manifest changed while it ran", async () => {
    const { host, trace } = tracedHost(createHost(folder));
    const project = await readProject(host, { dir: folder });
    await writeFile(at("extension.yaml"), manifest.replace("[issue]", "[comment]"));
    remember(host, project, trace() as Trace, { summary: "said", unfilled: "", stubs: [] });
    expect(await recall(createHost(folder), { dir: folder })).toBeUndefined();
  });

  it("is saved by a run that writes, and by no other", async () => {
    await run();
    await rm(at("node_modules/.cache"), { recursive: true });
    expect((await run("--check")).stdout).toEqual(all("up to date"));
    expect(await run("--dry-run")).toEqual(unchanged);
    expect(await readdir(at("node_modules"))).toEqual([]);
    expect(await run()).toEqual(unchanged);
    expect(await run()).toEqual(nothingToDo);
    expect(await run("--check")).toEqual(nothingToDo);
    expect(await run("--dry-run")).toEqual(nothingToDo);
    expect(await run("--handlers", "src/handlers", "--check")).toEqual(nothingToDo);
  });

  it("is not saved with a diagnostic, and not if an input cannot be read", async () => {
    await writeFile(at("extension.yaml"), `${manifest}descripton: x\n`);
    expect((await run()).stderr).toContain("KG801");
    await writeFile(at("extension.yaml"), manifest);
    await mkdir(at("tsconfig.json"));
    await run();
    expect(await readdir(at("node_modules"))).toEqual([]);
    await rm(at("tsconfig.json"), { recursive: true });
    expect(await run()).toEqual(unchanged);
    expect(await run()).toEqual(nothingToDo);
  });

  it.each([
    [
      "a file that decides how imports end",
      "tsconfig.json",
      '{ "compilerOptions": { "allowImportingTsExtensions": true } }',
    ],
    ["a manifest that comes first", ".kiket/manifest.yaml", manifest],
    ["a module", ".kiket/modules/leads/schema.yaml", "module: com.example.leads\n"],
  ])("is not recalled if there is %s now", async (_what, path, text) => {
    await run();
    expect(await run()).toEqual(nothingToDo);
    await mkdir(dirname(at(path)), { recursive: true });
    await writeFile(at(path), text);
    expect(await run()).not.toEqual(nothingToDo);
  });

  it("is recalled where the packages are installed in the root of the workspace", async () => {
    await writeFile(at("package-lock.json"), "");
    for (const name of ["a", "b"]) {
      await mkdir(at(name));
      await writeFile(at(`${name}/extension.yaml`), manifest);
      await runCli([], at(name));
    }
    for (const name of ["a", "b"]) expect(await runCli(["--check"], at(name))).toEqual(nothingToDo);
    expect(await readdir(at("node_modules/.cache/kiket-gen"))).toHaveLength(2);
    expect(await readdir(at("a"))).toEqual(["extension.yaml", "src"]);
  });

  it("is recalled without a home folder and without an environment", async () => {
    await runCli([], folder, {});
    expect(await runCli([], folder, {})).toEqual(nothingToDo);
  });
});

describe("a clean run with a stub that nobody has filled", () => {
  const handler = "src/handlers/issue.created.v1.ts";
  const filled =
    'import { defineHandler } from "../generated/events/issue.created.v1.gen.js";\nexport default defineHandler(() => null);\n';
  const filledNothingToDo = { ...nothingToDo, stdout: `${said}nothing to do\n` };

  it("is not recalled once it is filled, and the other way round", async () => {
    await run();
    const stub = await readFile(at(handler), "utf8");
    expect(await run()).toEqual(nothingToDo);
    await writeFile(at(handler), filled);
    const { stdout } = await run();
    expect(stdout).toMatch(/\d files: \d+ unchanged\n$/);
    expect(await run()).toEqual(filledNothingToDo);
    await writeFile(at(handler), `${filled}// notImplemented\n`);
    expect((await run()).stdout).toMatch(/\d files: \d+ unchanged\n$/);
    await writeFile(at(handler), stub);
    expect(await run()).toEqual(unchanged);
    expect(await run()).toEqual(nothingToDo);
  });

  it("is recalled after a change in a handler that is filled", async () => {
    await run();
    await writeFile(at(handler), filled);
    await run();
    await writeFile(at(handler), filled.replace("null", "undefined"));
    expect(await run()).toEqual(filledNothingToDo);
  });

  it("is not recalled if the handlers must be filled", async () => {
    await run();
    expect(await run("--check")).toEqual(nothingToDo);
    const { code, stdout, stderr } = await run("--check", "--require-handlers");
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(`${handler}:1:1  error  KG507  this stub is not filled`),
    ]);
    expect(stdout).toEqual(all("up to date"));
    await writeFile(at(handler), filled);
    await run();
    expect(await run("--check", "--require-handlers")).toEqual(filledNothingToDo);
  });

  it("is not recalled once its handler is a link out of the project", async () => {
    await run();
    await rm(at(handler));
    await symlink("/dev/zero", at(handler));
    expect((await run()).stdout).toMatch(/\d files: \d+ unchanged\n$/);
  });
});

/** What a file of the cache can look like that has the right checksum, but that no run wrote. */
describe("a saved run of another shape", () => {
  type Run = Record<string, unknown>;
  const known = () => openCache(folder).read("run") as Cached & { value: Run };
  it.each<[string, (run: Run) => unknown]>([
    ["null", () => null],
    ["a list", () => []],
    ["a text", () => "run"],
    ["no members", () => ({})],
    ["outputs: null", () => ({ outputs: null, summary: said })],
    ["paths: null", (run) => ({ ...run, paths: null })],
    ["a path that is no text", (run) => ({ ...run, paths: [null, 1, {}] })],
    ["a path less", (run) => ({ ...run, paths: (run.paths as string[]).slice(1) })],
    ["no paths", (run) => ({ ...run, paths: [] })],
    ["exists: null", (run) => ({ ...run, exists: null })],
    ["exists with a text", (run) => ({ ...run, exists: { "src/main.ts": "true" } })],
    ["lists: null", (run) => ({ ...run, lists: null })],
    ["lists with null", (run) => ({ ...run, lists: { ".kiket/modules": null } })],
    ["lists with numbers", (run) => ({ ...run, lists: { ".kiket/modules": [1] } })],
    ["schemas: null", (run) => ({ ...run, schemas: null })],
    ["schemas with a list", (run) => ({ ...run, schemas: { events: [] } })],
    ["a summary that is no text", (run) => ({ ...run, summary: {} })],
    ["unfilled: null", (run) => ({ ...run, unfilled: null })],
    ["stubs: null", (run) => ({ ...run, stubs: null })],
    ["a stub that was not read", (run) => ({ ...run, stubs: ["src/main.ts"] })],
    ["another build", (run) => ({ ...run, build: "0.0.1 x" })],
  ])("is not believed: %s", async (_what, change) => {
    await run();
    const { value, texts } = known();
    openCache(folder).write("run", { value: change(value), texts });
    await writeFile(at("src/generated/scopes.gen.ts"), "edited");
    expect((await run()).stdout).toContain("  written  src/generated/scopes.gen.ts\n");
    expect(await run()).toEqual(nothingToDo);
  });

  it("is not believed with texts of other files", async () => {
    await run();
    const { value, texts } = known();
    for (const others of [[], texts.slice(1), [...texts, ""], [...texts].reverse()]) {
      openCache(folder).write("run", { value, texts: others });
      expect(await run()).toEqual(unchanged);
    }
  });
});

describe("a cache that cannot be used", () => {
  const store = "node_modules/.cache/kiket-gen";
  it.each<[string, (file: string) => Promise<unknown>]>([
    ["none yet", () => rm(at("node_modules/.cache"), { recursive: true })],
    ["null", (file) => writeFile(file, "null")],
    ["a folder in its place", (file) => rm(file).then(() => mkdir(file))],
    ["a pipe in its place", (file) => rm(file).then(() => void execFileSync("mkfifo", [file]))],
    ["a file in place of its folder", () => rm(at(store), { recursive: true }).then(() => writeFile(at(store), ""))],
    ["a folder that cannot be read", () => chmod(at(store), 0)],
    [
      "a folder that cannot be written to",
      () => rm(at(store), { recursive: true }).then(() => chmod(at("node_modules"), 0o555)),
    ],
  ])(
    "never fails a run, nor lets it skip work: %s",
    async (_what, damage) => {
      await run();
      await damage(await cacheFile());
      await rm(at("src"), { recursive: true });
      const first = await runCli([], folder);
      for (const path of ["node_modules", store]) await chmod(at(path), 0o755).catch(() => undefined);
      expect(first).toEqual({ code: 0, stderr: "", stdout: all("created") });
      expect([unchanged, nothingToDo]).toContainEqual(await runCli([], folder));
    },
    30_000,
  );

  it.skipIf(process.platform === "win32")("never fails a run: a file that does not fit on the disk", async () => {
    await run();
    await rm(at("node_modules/.cache"), { recursive: true });
    const limited = spawn(
      "bash",
      ["-c", `ulimit -f 1; exec "${process.execPath}" dist/generator/cli.cjs "${folder}"`],
      {
        cwd: root,
      },
    );
    const output: string[] = [];
    limited.stderr.on("data", (chunk) => output.push(String(chunk)));
    const code = await new Promise((resolve) => limited.on("close", resolve));
    expect([code, output.join("")]).toEqual([0, ""]);
    expect(await readdir(at("node_modules/.cache/kiket-gen"))).toEqual([]);
  });

  it("is whole after many runs at once", async () => {
    await run();
    await rm(at("node_modules/.cache"), { recursive: true });
    const runs = await Promise.all(Array.from({ length: 6 }, () => runCli([], folder)));
    for (const done of runs) expect([unchanged, nothingToDo]).toContainEqual(done);
    expect(Object.keys(await readTree(at("node_modules")))).toHaveLength(1);
    expect(await run()).toEqual(nothingToDo);
  });
});
