import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { root } from "../../support/project.js";
import type { Trouble } from "./history.js";

/** What program.mjs gets as its argument. */
export interface ProgramSettings {
  readonly role: "extension" | "worker";
  /** Of an extension; for a worker 0. */
  readonly port: number;
  /** The address of Kiket, for its keys. */
  readonly baseUrl: string;
  readonly redis: string;
  /** For what is deferred. */
  readonly encryptionKey: string;
  /** The file for what the handlers do, and the one for warnings and errors. */
  readonly history: string;
  readonly log: string;
  /** The part of the runs that fail, from 0 to 1. */
  readonly failing: number;
}

/** A program that is killed and started again. */
export interface Program {
  readonly name: string;
  /** The name and the number of the start. */
  readonly launch: string;
  readonly url: string;
  readonly isUp: boolean;
  start(): Promise<void>;
  /** `kill -9`. */
  kill(): Promise<void>;
  /** SIGTERM. The result is the exit code. */
  stop(): Promise<number | null>;
}

export function createProgram(name: string, settings: ProgramSettings, troubles: Trouble[]): Program {
  let starts = 0;
  let child: ChildProcess | undefined;
  let isUp = false;
  const launchName = (): string => `${name}-${starts}`;
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    isUp = false;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const ended = once(child, "exit");
    child.kill(signal);
    const [code] = await ended;
    return code;
  };
  return {
    name,
    url: `http://127.0.0.1:${settings.port}`,
    get launch() {
      return launchName();
    },
    get isUp() {
      return isUp;
    },
    async start() {
      starts += 1;
      const argument = JSON.stringify({ ...settings, launch: launchName() });
      const started = spawn(process.execPath, [join(root, "test/hardness/chaos/program.mjs"), argument], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      child = started;
      const ended = once(started, "exit").then(([code, signal]) => {
        throw new Error(`${launchName()} has ended at its start: ${code ?? signal}`);
      });
      ended.catch(() => undefined);
      await Promise.race([once(started.stdout, "data"), ended]);
      isUp = true;
    },
    async kill() {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const from = Date.now();
      await end("SIGKILL");
      troubles.push({ what: "killed", launch: launchName(), from, to: Date.now() });
    },
    stop: () => end("SIGTERM"),
  };
}
