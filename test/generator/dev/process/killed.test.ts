import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Launch } from "../../../../generator/dev/launch.js";
import { endLeftOver } from "../../../../generator/dev/process/left-over.js";
import { isGroupAlive } from "../../../../generator/dev/process/process-group.js";
import { root } from "../../../support/project.js";
import { newLaunchId, until, wardenScript } from "../../../support/supervised.js";

/** Instead of the command: starts these programs, and prints the groups that run, the warden's first, and then what has ended. */
const command = `import { createSupervisor } from ${JSON.stringify(join(root, "generator/dev/process/supervisor.ts"))};
const [launchId, folder, warden, ...scripts] = process.argv.slice(2);
const say = (word) => process.stdout.write(JSON.stringify(word) + "\\n");
const onGroups = (groups) => say({ groups });
const supervisor = createSupervisor({ launchId, environment: process.env, onGroups, warden });
for (const script of scripts) {
  const onLine = (stream, line) => say({ line });
  const environment = { PATH: process.env.PATH ?? "" };
  const program = supervisor.start({ script, folder, environment, listens: false, onLine });
  program.ended.then((ended) => say({ ended }));
}
process.on("SIGTERM", () => supervisor.close(1000));
`;

/** Programs that do not end on SIGTERM, nor notice that somebody is gone. */
const kinds = {
  quiet: `import { createServer } from "node:http";
    createServer().listen(0, "127.0.0.1", () => console.log("up"));`,
  stubborn: "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('up');",
  blocked: `import { writeSync } from "node:fs";
    process.on("SIGTERM", () => {}); writeSync(1, "up\\n"); for (;;);`,
  parent: `import { spawn } from "node:child_process";
    spawn(process.execPath, ["-e", "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);"], { stdio: "ignore" });
    process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log("up");`,
} as const;

let folder: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "kiket-gen-killed-")));
  await build({
    stdin: { contents: command, resolveDir: folder, loader: "js" },
    outfile: join(folder, "command.mjs"),
    bundle: true,
    format: "esm",
    platform: "node",
  });
  for (const [name, source] of Object.entries(kinds)) await writeFile(join(folder, `${name}.mjs`), source);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Started {
  readonly command: ChildProcess;
  readonly launchId: string;
  readonly warden: number;
  readonly programs: readonly number[];
  /** What the command has printed. */
  readonly words: () => Record<string, unknown>[];
}

const started: Started[] = [];
afterEach(async () => {
  for (const { command, warden, programs } of started.splice(0)) {
    command.kill("SIGKILL");
    for (const group of [warden, ...programs]) await endIfAlive(group);
  }
});

/** After a test that has failed. */
async function endIfAlive(group: number): Promise<void> {
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // It has ended.
  }
}

/** Starts a command with these programs, and waits until all of them run. */
async function start(...names: readonly (keyof typeof kinds)[]): Promise<Started> {
  const launchId = newLaunchId();
  const scripts = names.map((name) => join(folder, `${name}.mjs`));
  const args = [join(folder, "command.mjs"), launchId, folder, wardenScript, ...scripts];
  const command = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  command.stdout.on("data", (bytes: Buffer) => {
    text += bytes;
  });
  const words = () =>
    text
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const isUp = () => words().filter(({ line }) => line === "up").length === names.length;
  await until("all programs run", isUp);
  const groups = words().flatMap(({ groups }) => (groups === undefined ? [] : [groups as number[]]));
  const [warden = 0, ...programs] = groups.at(-1) ?? [];
  const all = { command, launchId, warden, programs, words };
  started.push(all);
  expect(programs.length).toBe(names.length);
  return all;
}

function kill({ command }: Pick<Started, "command">, signal: NodeJS.Signals = "SIGKILL"): Promise<unknown> {
  const hasEnded = once(command, "exit");
  command.kill(signal);
  return hasEnded;
}

const alive = ({ warden, programs }: Started) => [warden, ...programs].filter(isGroupAlive);
const nothingIsLeft = (run: Started) => until("nothing is left", () => alive(run).length === 0);

const launchOf = ({ launchId, warden, programs, command }: Started): Launch => ({
  launchId,
  token: "0123456789abcdef0123456789abcdef",
  bootId: "any",
  pid: command.pid ?? 0,
  groups: [warden, ...programs],
  inspector: "http://127.0.0.1:1",
  kiket: "http://127.0.0.1:2",
});

const isLinux = process.platform === "linux";

describe("a command that is killed", () => {
  it.concurrent.each(["SIGKILL", "SIGINT", "SIGHUP", "SIGABRT"] as const)("by %s leaves no process", async (signal) => {
    const run = await start("quiet", "stubborn", "blocked", "parent");
    await kill(run, signal);
    await nothingIsLeft(run);
  });

  it("leaves no process if it closes its supervisor", async () => {
    const run = await start("quiet", "stubborn", "blocked", "parent");
    await kill(run, "SIGTERM");
    expect(alive(run)).toEqual([]);
    expect(run.words().filter(({ ended }) => ended !== undefined).length).toBe(4);
    expect(run.command.exitCode).toBe(0);
  });

  it("ends its own programs only", async () => {
    const [run, other] = [await start("quiet"), await start("quiet")];
    await kill(run);
    await nothingIsLeft(run);
    expect(alive(other).length).toBe(2);
  });
});

describe("a warden that is killed", () => {
  it("takes its programs with it, because the command ends them", async () => {
    const run = await start("quiet", "stubborn", "blocked", "parent");
    process.kill(run.warden, "SIGKILL");
    await nothingIsLeft(run);
    const ended = () => run.words().filter(({ ended }) => ended !== undefined);
    await until("all have ended", () => ended().length === 4);
    expect(ended()[0]).toEqual({ ended: { exitCode: null, signal: "SIGTERM" } });
    expect(run.words().filter(({ line }) => String(line).startsWith("kiket-gen: ")).length).toBe(4);
    expect(
      run
        .words()
        .filter(({ groups }) => groups !== undefined)
        .at(-1),
    ).toEqual({ groups: [] });
  });

  it("ends its programs if it can", async () => {
    const run = await start("quiet", "stubborn", "blocked", "parent");
    process.kill(run.warden, "SIGTERM");
    await nothingIsLeft(run);
  });
});

/** Kills a command and its warden so that neither can end anything. */
async function killBoth(run: Started): Promise<void> {
  process.kill(run.warden, "SIGSTOP");
  await kill(run);
  process.kill(run.warden, "SIGKILL");
}

describe("a command that is killed together with its warden", () => {
  it("leaves no program that notices it", async () => {
    const run = await start("quiet", "stubborn", "parent");
    await killBoth(run);
    await nothingIsLeft(run);
  });

  it.runIf(isLinux)("leaves what the next run finds and ends", async () => {
    const run = await start("quiet", "blocked");
    await killBoth(run);
    const [, blocked = 0] = run.programs;
    await until("only the blocked one is left", () => alive(run).length === 1);
    expect(alive(run)).toEqual([blocked]);
    expect(await endLeftOver(launchOf(run))).toEqual({ ended: [blocked], unproven: [] });
    expect(alive(run)).toEqual([]);
    expect(await endLeftOver(launchOf(run))).toEqual({ ended: [], unproven: [] });
  });
});

describe.runIf(isLinux)("what is left of an earlier run", () => {
  it("is ended also if only children of a program are left", async () => {
    const run = await start("quiet");
    await kill(run);
    await nothingIsLeft(run);
    const child = JSON.stringify(kinds.stubborn);
    const source = `require("node:child_process").spawn(process.execPath, ["-e", ${child}], { stdio: "inherit" }); process.exit();`;
    const env = { KIKET_GEN_LAUNCH: run.launchId };
    const parent = spawn(process.execPath, ["-e", source], { detached: true, env });
    await Promise.all([once(parent, "exit"), once(parent.stdout, "data")]);
    const group = parent.pid ?? 0;
    expect(isGroupAlive(group)).toBe(true);
    expect(await endLeftOver({ ...launchOf(run), groups: [group] })).toEqual({ ended: [group], unproven: [] });
    expect(isGroupAlive(group)).toBe(false);
  });

  it("is not a process that has got the number of one of its groups", async () => {
    const run = await start("quiet");
    await kill(run);
    await nothingIsLeft(run);
    const environments = [
      {},
      { KIKET_GEN_LAUNCH: newLaunchId() },
      { KIKET_GEN_LAUNCH: `${run.launchId}0` },
      { OTHER: `KIKET_GEN_LAUNCH=${run.launchId}` },
    ];
    for (const env of environments) {
      const stranger = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000); console.log('up')"], {
        detached: true,
        env,
      });
      await once(stranger.stdout, "data");
      const group = stranger.pid ?? 0;
      expect(await endLeftOver({ ...launchOf(run), groups: [group] })).toEqual({ ended: [], unproven: [] });
      expect([stranger.exitCode, stranger.signalCode, isGroupAlive(group)]).toEqual([null, null, true]);
      await kill({ command: stranger });
    }
  });

  it("is nothing while its command runs, though it does not answer", async () => {
    const run = await start("quiet");
    run.command.kill("SIGSTOP");
    expect(await endLeftOver(launchOf(run))).toEqual({ ended: [], unproven: [], command: run.command.pid });
    expect(alive(run).length).toBe(2);
    run.command.kill("SIGCONT");
  });

  it("is nothing that a launch of another machine or a hostile one names", async () => {
    const run = await start("quiet");
    const hostile = { ...launchOf(run), launchId: newLaunchId(), groups: [run.warden, ...run.programs, 4_194_304] };
    expect(await endLeftOver(hostile)).toEqual({ ended: [], unproven: [] });
    expect(alive(run).length).toBe(2);
  });
});
