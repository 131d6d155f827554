import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createProject, removeProject, root } from "../support/project.js";
import { createProcesses, succeed } from "./checklist/processes.js";
import { StepFailure } from "./checklist/step.js";

const shell = (script: string, input?: string) => ({
  program: "sh",
  args: ["-c", script],
  cwd: root,
  env: process.env,
  ...(input === undefined ? {} : { input }),
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

it("a command gives its output and status, and reads what it is given", async () => {
  const processes = createProcesses();
  expect(await processes.run(shell("cat; echo bad >&2; exit 3", "given"))).toEqual({
    code: 3,
    stdout: "given",
    stderr: "bad\n",
  });
  expect(await processes.run({ ...shell(""), program: "no-such-program" })).toMatchObject({ code: null });
});

it("a command that fails is a problem with its last words", async () => {
  const failure = await succeed(createProcesses(), shell("echo why; exit 3"), "mend it").catch(
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(StepFailure);
  expect((failure as StepFailure).problems).toEqual([
    { what: "`sh -c echo why; exit 3` failed: exit status 3", why: "why", fix: "mend it" },
  ]);
});

it("what a program has started ends with it", async () => {
  const processes = createProcesses();
  const program = processes.start(shell("sleep 1000 & echo child $!; wait"));
  const [, child = ""] = await program.printed(/child (\d+)/, 30_000);
  expect(isRunning(Number(child))).toBe(true);
  await processes.end();
  await expect.poll(() => isRunning(Number(child))).toBe(false);
  await expect(async () => processes.run(shell("echo more"))).rejects.toThrow("interrupted");
});

it("a program that ends before it says what is waited for is a problem", async () => {
  const program = createProcesses().start(shell("echo other; exit 0"));
  await expect(program.printed(/listening/, 30_000)).rejects.toThrow("did not print /listening/: it ended");
});

it("Ctrl+C ends a check with its status, and leaves no file", async () => {
  const folder = await createProject({});
  const args = [join(root, "test/release/checklist/release.mjs"), "check", "--only", "lint"];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, TMPDIR: folder },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (more: string) => {
    text += more;
  });
  const exit = once(child, "exit");
  try {
    await expect.poll(() => text).toContain("1/1 lint");
    child.kill("SIGINT");
    expect(await exit).toEqual([130, null]);
    expect(text).toMatch(/interrupted\n$/);
    expect((await readdir(folder)).filter((name) => name.startsWith("kiket-gen-release-"))).toEqual([]);
  } finally {
    child.kill("SIGKILL");
    await removeProject(folder);
  }
});
