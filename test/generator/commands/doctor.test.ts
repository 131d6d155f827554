import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UsageError } from "../../../generator/base/usage-error.js";
import * as doctor from "../../../generator/commands/doctor.js";
import { createProject, removeProject } from "../../support/project.js";
import { runCommand } from "../../support/run-command.js";

let folder: string;
beforeEach(async () => {
  folder = await createProject({});
});
afterEach(() => removeProject(folder));

describe("kiket-gen doctor", () => {
  it("exits 1 where something is wrong, and says it in a table or as JSON", async () => {
    await writeFile(join(folder, ".nvmrc"), "18\n");
    const text = await runCommand(doctor, [folder]);
    expect([text.code, text.stderr]).toEqual([1, ""]);
    expect(text.stdout).toMatch(/^node\n {2}ok +node-version +Node \d/);
    expect(text.stdout).toContain("the project asks for Node 18, and this is Node");
    const json = await runCommand(doctor, [folder, "--json"]);
    expect(json.code).toBe(1);
    const { findings, wrong } = JSON.parse(json.stdout);
    expect(wrong).toBeGreaterThan(0);
    expect(findings).toContainEqual(expect.objectContaining({ id: "node-project", status: "wrong", where: ".nvmrc" }));
  });

  it("names the place of a mistake in package.json", async () => {
    await writeFile(join(folder, "package.json"), '{\n  "type": "module",,\n}\n');
    const { code, stdout } = await runCommand(doctor, [folder]);
    expect(code).toBe(1);
    expect(stdout).toContain("package.json is not JSON\n");
    expect(stdout).toMatch(/where: package\.json:2:\d+\n/);
  });

  it.each([
    [["--port", "1"], "--port can only be used with --url"],
    [["--yes"], "--yes can only be used with --url"],
    [["--url", "http://127.0.0.1:1", "--port", "x"], '--port takes a number between 1 and 65535, not "x"'],
    [["a", "b"], 'expected one folder, also got "b"'],
    [["no-such-folder"], 'no folder "no-such-folder"'],
  ])("refuses %j", async (args, message) => {
    await expect(runCommand(doctor, args)).rejects.toEqual(new UsageError(message));
  });

  it("refuses a folder without a project, and says what to do", async () => {
    const empty = await createProject({});
    await writeFile(join(empty, "note.txt"), "");
    await rm(join(empty, "package.json"));
    const { code, stdout, stderr } = await runCommand(doctor, [empty]);
    await removeProject(empty);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("neither package.json nor a manifest\n    hint: pass the folder of a project");
  });
});
