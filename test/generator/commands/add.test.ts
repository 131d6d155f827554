import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UsageError } from "../../../generator/base/usage-error.js";
import * as add from "../../../generator/commands/add.js";
import { createProject, readTree, removeProject } from "../../support/project.js";
import { runCommand } from "../../support/run-command.js";
import { type Finished, runCli } from "../../support/run-node.js";

const manifest = `model_version: "1.0"
extension:
  id: com.example.desk
  name: Desk
  hooks:
    - event: issue.created # the first`;

let folder: string;
beforeEach(async () => {
  folder = await createProject({ ".kiket/manifest.yaml": manifest });
});
afterEach(() => removeProject(folder));

function run(...args: string[]): Promise<Finished> {
  return runCommand(add, [...args, "--dir", folder]);
}

function read(path: string): Promise<string> {
  return readFile(join(folder, path), "utf8");
}

describe("kiket-gen add", () => {
  it("edits the manifest in place, and creates the stub", async () => {
    const done = await run("event", "issue.closed", "--version", "v2");
    expect([done.code, done.stderr]).toEqual([0, ""]);
    expect(done.stdout).toMatch(/^ {2}changed {2}\.kiket\/manifest\.yaml\n\.kiket\/manifest\.yaml {2}2 events, /);
    expect(done.stdout).toContain("  created  src/handlers/issue.closed.v2.ts\n");
    expect(await read(".kiket/manifest.yaml")).toBe(`${manifest}\n    - event: issue.closed\n      version: v2`);
    expect(await read("src/handlers/issue.closed.v2.ts")).toContain("notImplemented(payload, context)");
  });

  it("refuses a documented event mistyped, unless it is forced", async () => {
    const done = await run("event", "issue.creatd");
    expect(done).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "kiket-gen: no documented event is named issue.creatd\n    hint: did you mean issue.created? If the name is right, use --force\n",
    });
    expect(await read(".kiket/manifest.yaml")).toBe(manifest);

    const forced = await run("event", "issue.creatd", "--force");
    expect([forced.code, forced.stderr]).toEqual([
      0,
      expect.stringContaining("warning  KG304  undocumented event `issue.creatd`"),
    ]);
    expect(await read(".kiket/manifest.yaml")).toContain("- event: issue.creatd");
  });

  it("notes that an event is undocumented", async () => {
    const done = await run("event", "moon.rose", "--no-generate");
    expect([done.code, done.stderr.split("\n")[0]]).toEqual([
      0,
      ".kiket/manifest.yaml:7:14  note  KG807  undocumented event `moon.rose`",
    ]);
  });

  it("takes a mistyped name that the project's own schemas describe", async () => {
    const own = { type: "object", properties: { issue: {} } };
    await mkdir(join(folder, "events"));
    await writeFile(join(folder, "events/issue.creatd.v1.schema.json"), JSON.stringify(own));
    const done = await run("event", "issue.creatd", "--events", "events", "--no-generate");
    expect(done).toEqual({ code: 0, stdout: "  changed  .kiket/manifest.yaml\n", stderr: "" });
  });

  it("writes a module's file before the manifest that refers to it", async () => {
    const done = await run("table", "com.example.desk.stock", "parcels", "code:string!", "--no-generate");
    expect(done).toEqual({
      code: 0,
      stdout: "  created  .kiket/modules/stock/schema.yml\n  changed  .kiket/manifest.yaml\n",
      stderr: "",
    });
    const again = await run("table", "com.example.desk.stock", "shelves", "--no-generate");
    expect(again.stdout).toBe("  changed  .kiket/modules/stock/schema.yml\n");
    expect((await read(".kiket/modules/stock/schema.yml")).match(/^ {2}\w+:$/gm)).toEqual(["  parcels:", "  shelves:"]);
  });

  it("generates in the given folders", async () => {
    await writeFile(join(folder, "other.yaml"), manifest);
    const done = await run("scope", "a:b", "--manifest", "other.yaml", "--out", "lib/gen", "--handlers", "lib/on");
    expect(done.code).toBe(0);
    expect(await read("other.yaml")).toContain("a:b");
    expect(await read(".kiket/manifest.yaml")).toBe(manifest);
    expect(Object.keys(await readTree(join(folder, "lib")))).toContain("on/issue.created.v1.ts");
  });

  it("changes nothing if the entry exists", async () => {
    const before = await readTree(folder);
    expect(await run("event", "issue.created")).toEqual({
      code: 0,
      stdout: ".kiket/manifest.yaml already has it; nothing was changed\n",
      stderr: "",
    });
    expect(await readTree(folder)).toEqual(before);
  });

  it.each<[args: string[], message: string]>([
    [["setting", "N", "--type", "integer", "--default", "five"], "KG206  the default of `N` must be an integer"],
    [
      ["setting", "N", "--type", "integer", "--default", "five"],
      "this addition would cause 1 error; nothing was written\n",
    ],
    [["event", "a.b", "--template", "x"], 'kiket-gen: there is no configuration key "x"\n    hint: add it first'],
  ])("writes nothing for %j", async (args, message) => {
    const before = await readTree(folder);
    const done = await run(...args);
    expect([done.code, done.stdout]).toEqual([1, ""]);
    expect(done.stderr).toContain(message);
    expect(await readTree(folder)).toEqual(before);
  });

  it.each<[text: string, message: string]>([
    [`${manifest}\n    - {}\n`, "fix 1 error first; nothing was written\n"],
    ["extension: [\n", "KG104  invalid YAML"],
    ["x: &x []\nextension:\n  hooks: *x\n", "`extension.hooks` is an alias"],
  ])("does not edit %j", async (text, message) => {
    await writeFile(join(folder, ".kiket/manifest.yaml"), text);
    const done = await run("event", "issue.closed", "--no-generate");
    expect(done.code).toBe(1);
    expect(done.stderr).toContain(message);
    expect(await read(".kiket/manifest.yaml")).toBe(text);
  });

  it("reports a missing manifest", async () => {
    const empty = await createProject({});
    const done = await runCommand(add, ["event", "a.b", "--dir", empty]);
    expect(done.stderr).toContain("KG102  no manifest found");
    expect([done.code, Object.keys(await readTree(empty))]).toEqual([1, ["package.json"]]);
    await removeProject(empty);
  });

  it("refuses wrong arguments", async () => {
    await expect(run("event", "a b")).rejects.toThrow(UsageError);
    await expect(run("event", "a.b", "--wrong")).rejects.toThrow("unknown option --wrong");
    await expect(runCommand(add, ["event", "a.b", "--dir", join(folder, "none")])).rejects.toThrow("no folder");
    await expect(run("event", "a.b", "--out", "../x")).rejects.toThrow("--out must name a folder inside the project");
  });
});

describe("the built command", () => {
  it("prints its help, and a usage error", async () => {
    const help = await runCli(["add", "--help"], folder);
    expect([help.code, help.stderr]).toEqual([0, ""]);
    for (const kind of ["event", "command", "secret", "setting", "scope", "table"]) {
      expect(help.stdout).toMatch(new RegExp(`^ {2}${kind} <`, "m"));
    }
    const wrong = await runCli(["add", "event", "a b"], folder);
    expect([wrong.code, wrong.stdout]).toEqual([2, ""]);
    expect(wrong.stderr).toMatch(
      /^kiket-gen: "a b" is not a valid event name: use letters, .*\nRun kiket-gen add --help for the options\.\n$/,
    );
  });
});
