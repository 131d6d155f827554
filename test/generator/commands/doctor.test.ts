import { execFile } from "node:child_process";
import { chmod, cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { UsageError } from "../../../generator/base/usage-error.js";
import * as doctor from "../../../generator/commands/doctor.js";
import type { Finding } from "../../../generator/doctor/finding.js";
import { projectChecks } from "../../../generator/doctor/project/project-checks.js";
import { createHost } from "../../../generator/project/host.js";
import { createProject, readTree, removeProject, root } from "../../support/project.js";
import { runCommand } from "../../support/run-command.js";
import { runCli } from "../../support/run-node.js";
import { newProject } from "../doctor/project/subject.js";

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
    const ids = projectChecks.map(({ id }) => id);
    const { findings } = JSON.parse((await runCommand(doctor, [folder, "--json"])).stdout);
    expect(findings.map(({ id }: Finding) => id)).toEqual(ids);
    expect(findings).toContainEqual({
      ...{ id: "scripts", area: "package", status: "not-testable" },
      what: "it needs what is wrong elsewhere; correct that first",
    });
  });

  it("says once that there is no tsconfig.json", async () => {
    const project = await newProject("extension");
    // There is one above the folders of other tests.
    const alone = await mkdtemp(join(tmpdir(), "doctor-"));
    await cp(project, alone, { recursive: true, verbatimSymlinks: true });
    await removeProject(project);
    await rm(join(alone, "tsconfig.json"));
    const { findings } = JSON.parse((await runCommand(doctor, [alone, "--json"])).stdout);
    await removeProject(alone);
    const wrong = findings.filter(({ status }: Finding) => status === "wrong").map(({ id }: Finding) => id);
    expect(wrong).toEqual(["typescript", "tsconfig", "dev-build"]);
  });

  it.skipIf(process.platform === "win32")("does not wait for a pipe in the place of a file", async () => {
    for (const name of ["package.json", ".nvmrc"]) {
      await rm(join(folder, name), { force: true });
      await promisify(execFile)("mkfifo", [join(folder, name)]);
    }
    const { code, stdout } = await runCommand(doctor, [folder]);
    expect(code).toBe(1);
    expect(stdout).toContain("package.json: expected a file, found a device, a pipe or a socket");
    expect(stdout).toContain(".nvmrc: expected a file, found a device, a pipe or a socket");
  });

  it("tells a person who waits what takes long, and says nothing else", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const told: string[] = [];
    const list = async (path: string) => {
      vi.advanceTimersByTime(1000);
      return createHost(folder).list(path);
    };
    const host = () => ({ ...createHost(folder), list, notify: (text: string) => void told.push(text) });
    const { stderr } = await runCommand(doctor, [folder], host).finally(() => vi.useRealTimers());
    expect([told[0], stderr]).toEqual(["looking at the project", ""]);
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

/** What is not right, by the ids of the checks; others may run `dev` on this machine. */
function idsNotRight(json: string): readonly string[] {
  const { findings } = JSON.parse(json) as { findings: readonly Finding[] };
  return findings.flatMap(({ id, status }) => (status === "ok" || id.startsWith("port-") ? [] : [`${id}: ${status}`]));
}

describe("kiket-gen doctor, as built,", () => {
  it.each(["extension", "adapter", "webhook"])(
    "finds nothing wrong with a new project, template %s",
    async (template) => {
      const project = await newProject(template);
      try {
        const before = await readTree(project);
        const { code, stdout, stderr } = await runCli(["doctor", "--json"], project);
        expect([code, stderr, idsNotRight(stdout)]).toEqual([0, "", []]);
        expect(await readTree(project)).toEqual(before);
        const { findings } = JSON.parse(stdout) as { findings: readonly Finding[] };
        const left = template === "adapter" ? ["port-extension"] : [];
        expect(findings.map(({ id }) => id)).toEqual(
          projectChecks.map(({ id }) => id).filter((id) => !left.includes(id)),
        );
      } finally {
        await removeProject(project);
      }
    },
  );

  it.each([
    ["evidence-adapter", []],
    ["issue-greeter", ["manifest: warning"]],
    ["marketing-automation", ["secrets: warning"]],
  ])("finds nothing wrong with the example %s, which has no lock file of its own", async (name, more) => {
    const { code, stdout } = await runCli(["doctor", "--json"], join(root, "examples", name));
    expect([code, idsNotRight(stdout)]).toEqual([0, ["lock-file: warning", "locked: not-testable", ...more]]);
  });

  it("prints a table without colours into a pipe, and exits 1 where something is wrong", async () => {
    await writeFile(join(folder, ".nvmrc"), "18\n");
    const { code, stdout } = await runCli(["doctor"], folder, { ...process.env, FORCE_COLOR: "" });
    expect(code).toBe(1);
    expect(stdout).not.toContain("\u001b");
    expect(stdout.split("\n")[0]).toBe("node");
    const coloured = await runCli(["doctor"], folder, { ...process.env, FORCE_COLOR: "1" });
    expect(coloured.stdout).toContain("\u001b[31mwrong");
  });

  it.skipIf(process.getuid?.() === 0)("says what it may not read, without a stack", async () => {
    await chmod(join(folder, "package.json"), 0o000);
    const { code, stdout, stderr } = await runCli(["doctor"], folder);
    expect([code, stderr]).toEqual([1, ""]);
    expect(stdout).toContain("package.json: permission denied");
  });

  it("loads nothing of the project as code", async () => {
    const project = await newProject("extension");
    try {
      const trap = 'require("node:fs").writeFileSync("trapped", "");\n';
      await writeFile(join(project, "node_modules/kiket-gen.cjs"), trap);
      for (const name of [".pnp.cjs", "vitest.config.cjs", "tsconfig.js", ".kiketrc.cjs"])
        await writeFile(join(project, name), trap);
      await mkdir(join(project, "node_modules/typescript"), { recursive: true });
      await writeFile(
        join(project, "node_modules/typescript/package.json"),
        '{ "version": "5.9.3", "main": "index.js" }',
      );
      await writeFile(join(project, "node_modules/typescript/index.js"), trap);
      await runCli(["doctor"], project);
      expect(await readdir(project)).not.toContain("trapped");
    } finally {
      await removeProject(project);
    }
  });
});
