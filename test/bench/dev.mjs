import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { median, timed, timesInTurn } from "./process.mjs";

/** A running `kiket-gen dev --json`: its objects, in order, for whoever waits for one. */
function startDev(cli, folder) {
  const child = spawn(process.execPath, [cli, "dev", "--json", "--no-open"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const waiting = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    const object = JSON.parse(line);
    const [next] = waiting;
    if (next?.wants(object)) waiting.shift().resolve({ ...object, at: performance.now() });
  });
  return {
    next: (wants) => new Promise((resolve) => waiting.push({ wants, resolve })),
    stop: () =>
      new Promise((resolve) => {
        child.once("exit", resolve);
        child.kill("SIGTERM");
      }),
  };
}

/** A project of `init` whose handler answers with the number that is written into it. */
async function makeProject(root, work, cli) {
  const folder = join(work, "project");
  await timed([cli, "init", folder]);
  await mkdir(join(folder, "node_modules"));
  await symlink(root, join(folder, "node_modules/kiket-gen"));
  return folder;
}

/** Milliseconds to `ready`, and from saving a handler until the new build listens. The ratios are to bare node in the same run. */
export async function benchDev(root, starts, saves) {
  const work = await mkdtemp(join(tmpdir(), "kiket-gen-bench-"));
  const cli = join(root, "dist/generator/cli.cjs");
  try {
    const folder = await makeProject(root, work, cli);
    await writeFile(join(work, "empty.mjs"), "");
    const [bare] = await timesInTurn([{ args: [join(work, "empty.mjs")] }], Math.max(starts, 5));
    const node = median(bare);
    const ready = [];
    const live = [];
    for (let round = 0; round < starts; round += 1) {
      const start = performance.now();
      const dev = startDev(cli, folder);
      ready.push((await dev.next(({ type }) => type === "ready")).at - start);
      const handler = join(folder, "src/handlers/issue.created.v1.ts");
      const source = await readFile(handler, "utf8");
      for (let save = 0; save < saves; save += 1) {
        const saved = performance.now();
        const restarted = dev.next(({ type }) => type === "restarted");
        await writeFile(handler, `${source}// ${round} ${save}\n`);
        live.push((await restarted).at - saved);
      }
      await dev.stop();
    }
    const row = (times) => ({ ms: median(times), ratio: median(times) / node });
    return { ready: row(ready), live: row(live) };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
