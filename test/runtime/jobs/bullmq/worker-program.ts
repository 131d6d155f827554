import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import type { RedisQueueOptions } from "../../../../runtime/bullmq.js";
import { root } from "../../../support/project.js";
import { encryptionKey } from "./open-queue.js";

export interface WorkerProgram {
  readonly process: ChildProcess;
  /** The lines of `queue-worker.mjs`. */
  readonly lines: string[];
  readonly ended: Promise<unknown>;
}

/** Starts a worker in a process of its own, which is killed after the test. `lines` may be shared with others. */
export function startWorkerProgram(options: RedisQueueOptions, lines: string[] = []): WorkerProgram {
  const program = join(root, "test/support/programs/queue-worker.mjs");
  const child = spawn(process.execPath, [program, JSON.stringify({ encryptionKey, ...options })], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
  const ended = once(child, "exit");
  onTestFinished(() => void child.kill("SIGKILL"));
  return { process: child, lines, ended };
}
