import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { createProject, removeProject, root } from "../support/project.js";

/** Runs steps as `.ci/run` does. Returns the process, and what it has printed once it has ended. */
async function startSteps(steps: string) {
  const folder = await createProject({});
  onTestFinished(() => removeProject(folder));
  const ci = await readFile(join(root, ".ci/run"), "utf8");
  const [functions = ""] = /^declare -A running\n[\s\S]*?^end_steps\(\) \{\n[\s\S]*?^\}\n/m.exec(ci) ?? [];
  const script = `set -euo pipefail\nstep() { printf '\\n== %s\\n' "$1"; }\n${functions}\n${steps}\necho "goes on"\n`;
  const child = spawn("bash", ["-c", script], { cwd: folder, env: { ...process.env, TMPDIR: folder } });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => {
      printed += text;
    });
  const ended = new Promise<readonly [code: number | null, printed: string]>((resolve) =>
    child.once("close", (code) => resolve([code, printed])),
  );
  return { child, ended, folder };
}

const isRunning = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

it("shows what steps that run side by side have printed, and fails with the first command of one that fails", async () => {
  const good = "first_step() {\n  echo one\n}\nsecond() {\n  echo two\n}";
  expect(await (await startSteps(`${good}\nside_by_side first_step second`)).ended).toEqual([
    0,
    "\n== first step\none\n\n== second\ntwo\ngoes on\n",
  ]);
  const bad = "first() {\n  echo one\n  false\n  echo not reached\n}\nsecond() {\n  echo two\n}";
  expect(await (await startSteps(`${bad}\nside_by_side first second`)).ended).toEqual([
    1,
    "\n== first\none\n\n== second\ntwo\n",
  ]);
});

it.each(["SIGINT", "SIGTERM"] as const)("ends the steps with their processes at %s", async (signal) => {
  const steps = "first() {\n  sleep 60 & echo $! >pid; wait\n}\nside_by_side first";
  const { child, ended, folder } = await startSteps(steps);
  let pid = 0;
  while (pid === 0) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    pid = Number(await readFile(join(folder, "pid"), "utf8").catch(() => "0"));
  }
  child.kill(signal);
  await ended;
  await expect.poll(() => isRunning(pid)).toBe(false);
});
