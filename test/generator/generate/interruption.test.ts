import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { generate } from "../../../generator/index.js";
import { createHost, type Host } from "../../../generator/project/host.js";
import { createProject, readTree, removeProject, root } from "../../support/project.js";
import { runCli, runNode } from "../../support/run-node.js";

const cli = join(root, "dist/generator/cli.cjs");

function manifestOf(events: readonly string[]): string {
  return `name: Bell\nversion: 0.3.0\nvendor: example.com\nscopes:\n  read: [issue]\nevents: [${events.join(", ")}]\n`;
}

const before = manifestOf(["issue.created", "issue.closed"]);
const after = manifestOf(["issue.created", "issue.assigned", "comment.added"]);

let folder: string;
beforeEach(async () => {
  folder = await createProject({ "extension.yaml": before });
});
afterEach(() => removeProject(folder));

async function output(dir = folder): Promise<Record<string, string>> {
  const tree = await readTree(dir);
  return Object.fromEntries(Object.entries(tree).filter(([path]) => path.startsWith("src/")));
}

/** The files of an undisturbed run with the first manifest, and then with the second. */
async function undisturbed(): Promise<{ old: Record<string, string>; next: Record<string, string> }> {
  const twin = await createProject({ "extension.yaml": before });
  try {
    await generate({ dir: twin });
    const old = await output(twin);
    await writeFile(join(twin, "extension.yaml"), after);
    await generate({ dir: twin });
    return { old, next: await output(twin) };
  } finally {
    await removeProject(twin);
  }
}

describe("a run that dies", () => {
  it("between any two writes leaves complete files, and the next run completes the rest", async () => {
    const { old, next } = await undisturbed();
    for (let survived = 0; ; survived += 1) {
      const project = await createProject({ "extension.yaml": before });
      try {
        await generate({ dir: project });
        await writeFile(join(project, "extension.yaml"), after);
        let left = survived;
        const disk = createHost(project);
        const spend = async () => {
          left -= 1;
          if (left < 0) throw new Error("killed");
        };
        const mortal: Host = {
          ...disk,
          replace: (path, text) => spend().then(() => disk.replace(path, text)),
          create: (path, text) => spend().then(() => disk.create(path, text)),
          remove: (path) => spend().then(() => disk.remove(path)),
        };
        const died = await generate({ dir: project, host: mortal }).then(
          () => false,
          (error: Error) => error.message === "killed",
        );
        for (const [path, text] of Object.entries(await output(project))) {
          expect([old[path], next[path]], path).toContain(text);
        }
        await generate({ dir: project });
        expect(await output(project)).toEqual(next);
        if (!died) {
          expect(survived).toBeGreaterThan(5);
          return;
        }
      } finally {
        await removeProject(project);
      }
    }
  });

  it("by SIGKILL at any moment is completed by the next run, and leaves no temporary files", async () => {
    const { next } = await undisturbed();
    for (let delay = 40; delay <= 160; delay += 10) {
      const project = await createProject({ "extension.yaml": before });
      try {
        await generate({ dir: project });
        await writeFile(join(project, "extension.yaml"), after);
        const child = spawn(process.execPath, [cli, project], { stdio: "ignore" });
        const exited = once(child, "exit");
        await new Promise((resolve) => setTimeout(resolve, delay));
        child.kill("SIGKILL");
        await exited;
        expect((await runCli([], project)).code).toBe(0);
        expect(await output(project)).toEqual(next);
      } finally {
        await removeProject(project);
      }
    }
  });

  it("has its unfinished files deleted by the next run, also where that has nothing left to write", async () => {
    await generate({ dir: folder });
    const child = spawn(process.execPath, ["-e", ""], { stdio: "ignore" });
    await once(child, "exit");
    const dead = join(folder, `src/generated/.kiket-gen-${child.pid}-0123456789ab.tmp`);
    const alive = join(folder, `src/generated/.kiket-gen-${process.ppid}-0123456789ab.tmp`);
    // Killed between the creation of the last handler and the deletion of its unfinished file.
    const whole = join(folder, `src/handlers/.kiket-gen-${child.pid}-0123456789ab.tmp`);
    await writeFile(dead, "half");
    await writeFile(whole, "");
    await writeFile(alive, "half");
    await rm(join(folder, "src/generated/kiket-gen.lock.json"));
    await generate({ dir: folder });
    const paths = Object.keys(await output());
    expect(paths.filter((path) => path.endsWith(".tmp"))).toEqual([alive.slice(folder.length + 1)]);
  });
});

describe("two runs at once", () => {
  it("do not mix their texts in a file", async () => {
    const { next } = await undisturbed();
    await generate({ dir: folder });
    await writeFile(join(folder, "extension.yaml"), after);
    const runs = await Promise.all(Array.from({ length: 6 }, () => runCli([], folder)));
    expect(runs.map(({ code }) => code)).toEqual(runs.map(() => 0));
    expect(await output()).toEqual(next);
  });
});

describe("a disk that cannot be written", () => {
  it("is one clear error if it is full, and no file is incomplete", async () => {
    await generate({ dir: folder });
    const old = await output();
    await writeFile(join(folder, "extension.yaml"), after);
    const limited = spawn("bash", ["-c", `ulimit -f 1; exec "${process.execPath}" "${cli}"`], { cwd: folder });
    let stderr = "";
    limited.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    const [code] = await once(limited, "exit");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^kiket-gen: .*: [^\n]+\n$/);
    const { next } = await undisturbed();
    for (const [path, text] of Object.entries(await output())) expect([old[path], next[path]], path).toContain(text);
    expect((await runCli([], folder)).code).toBe(0);
    expect(await output()).toEqual(next);
  });

  it("is an error if the permission is denied, and no file is incomplete", async () => {
    await mkdir(join(folder, "src"));
    await chmod(join(folder, "src"), 0o555);
    // Root can write everywhere, so a process of root changes its user after it has loaded its code.
    const nobody = 65_534;
    await chown(folder, process.getuid?.() === 0 ? nobody : -1, -1);
    const script = `
      const { generate } = await import(${JSON.stringify(pathToFileURL(join(root, "dist/generator/index.js")).href)});
      await generate({ dir: ${JSON.stringify(folder)}, mode: "check" });
      if (process.getuid() === 0) { process.setgid(${nobody}); process.setuid(${nobody}); }
      const error = await generate({ dir: "." }).catch((reason) => reason);
      console.log(error.code, error.syscall !== undefined);`;
    const done = await runNode(["--input-type=module", "-e", script], folder);
    expect([done.stdout, done.stderr]).toEqual(["EACCES true\n", ""]);
    await chmod(join(folder, "src"), 0o755);
    expect(await output()).toEqual({});
    expect(await readFile(join(folder, "extension.yaml"), "utf8")).toBe(before);
  });
});
