import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe } from "vitest";
import { findProgram } from "./find-program.js";
import { freePort } from "./free-port.js";

export interface RedisSettings {
  /** Settings of redis.conf, such as `{ appendonly: "yes" }`. They come after those of this file. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A redis-server of the test's own, on a free port, with a folder of its own. */
export interface RedisServer {
  readonly port: number;
  /** `redis://127.0.0.1:<port>` */
  readonly url: string;
  readonly folder: string;
  /** The process, for its pid. It is another one after a restart. */
  readonly process: ChildProcess;
  /** Ends the process with a signal, and waits for its end. `SIGKILL` is a crash. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again with what is in its folder, on the same port. */
  start(): Promise<void>;
  /** Nothing answers until `resume`; connections stay. */
  pause(): void;
  resume(): void;
  /** Ends it and removes its folder. */
  close(): Promise<void>;
}

/** The path of redis-server: `REDIS_SERVER` in the environment, else the first on PATH; undefined if there is none. */
export function findRedisServer(): string | undefined {
  return findProgram("REDIS_SERVER", ["redis-server"]);
}

async function isReady({ stdout }: ChildProcess): Promise<string | undefined> {
  const lines: string[] = [];
  if (stdout === null) return undefined;
  for await (const line of createInterface({ input: stdout })) {
    lines.push(line);
    if (line.includes("Ready to accept connections")) return undefined;
  }
  return lines.join("\n");
}

/** Starts a server. Without settings it writes nothing to the disk. The caller closes it. */
export async function startRedis({ settings = {} }: RedisSettings = {}): Promise<RedisServer> {
  const program = findRedisServer();
  if (program === undefined) throw new Error("No redis-server was found");
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "kiket-gen-redis-"));
  const all = { port: `${port}`, bind: "127.0.0.1", dir: folder, save: "", appendonly: "no", ...settings };
  const args = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
  const launch = async (): Promise<ChildProcess> => {
    const started = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
    const complaint = await isReady(started);
    if (complaint !== undefined) throw new Error(`redis-server has ended:\n${complaint}`);
    // Nobody reads on, and a full pipe would stop it.
    started.stdout?.resume();
    return started;
  };
  let child = await launch();
  const stop = async (signal: NodeJS.Signals = "SIGTERM"): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  };
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    folder,
    get process() {
      return child;
    },
    stop,
    async start() {
      child = await launch();
    },
    pause: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
    async close() {
      await stop("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Tests with a real Redis. Where there is none they are skipped, and a line says why. */
export function describeWithRedis(name: string, tests: () => void): void {
  if (findRedisServer() === undefined) {
    console.warn(`Skipped: ${name}. No redis-server is on PATH; set REDIS_SERVER to its path.`);
    describe.skip(name, tests);
    return;
  }
  describe(name, tests);
}
