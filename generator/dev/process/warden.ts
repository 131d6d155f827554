// A process of its own, which starts the programs of `dev` and ends them when `dev` ends, however that happens: then the channel to it
// closes. It runs nothing of a project itself, so nothing of a project can stop or block it.
import { type ChildProcess, spawn } from "node:child_process";
import { constants, setPriority } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { createLineSplitter } from "./line-splitter.js";
import type { ProgramStart, WardenOrder, WardenReport } from "./messages.js";
import { endGroup, signalGroup } from "./process-group.js";

// All times are in milliseconds.

/** How long programs may take to end when the command has ended. */
const orphanTime = 1000;
/** How long what a program has started may take to end after it. */
const restTime = 500;
/** Output that does not come within this time after the end of a group does not come. */
const quietTime = 200;
/** What comes for longer than so many times `quietTime` is written by somebody else. */
const mostRounds = 5;
/** More than a pipe can have in it when the writer ends. In bytes. */
const mostInPipe = 1024 * 1024;

const programs = new Map<number, Program>();
let isClosing = false;

/** Resolves when the command has taken it, so that a command that is slow makes programs wait which write much. */
function report(message: WardenReport): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected && process.send !== undefined) process.send(message, () => resolve());
    else resolve();
  });
}

/** Reports the lines of a stream. */
function followLines(id: number, name: "stdout" | "stderr", stream: Readable): Output {
  const splitter = createLineSplitter();
  const tell = async (lines: readonly string[]) => {
    if (lines.length > 0) await report({ type: "lines", id, stream: name, lines });
  };
  let received = 0;
  stream.on("data", (bytes: Buffer) => {
    received += bytes.length;
    stream.pause();
    void tell(splitter.add(bytes)).then(() => stream.resume());
  });
  const closed = new Promise<void>((resolve) => stream.once("close", resolve)).then(() => tell(splitter.end()));
  return {
    closed,
    received: () => received,
    isWaiting: () => stream.isPaused(),
    close: () => void stream.destroy(),
  };
}

interface Output {
  /** Resolves when all of it is reported. */
  readonly closed: Promise<void>;
  readonly received: () => number;
  readonly isWaiting: () => boolean;
  close(): void;
}

/** Reads what is still in a pipe. A program that has left the group may keep it open for ever. */
async function drain(output: Output): Promise<void> {
  let isClosed = false;
  const closed = output.closed.then(() => {
    isClosed = true;
  });
  const start = output.received();
  let last = start;
  let rounds = 0;
  while (!isClosed) {
    await Promise.race([closed, sleep(quietTime)]);
    const now = output.received();
    if (!output.isWaiting()) rounds += now === last ? mostRounds : 1;
    if (rounds >= mostRounds || now - start > mostInPipe) output.close();
    last = now;
  }
}

function addressIn(line: string): { readonly address: string; readonly port: number } | undefined {
  try {
    return JSON.parse(line);
  } catch {
    // The extension itself has written into the pipe.
    return undefined;
  }
}

/** Reports what `preload.ts` writes. */
function followServers(id: number, stream: Readable): void {
  const splitter = createLineSplitter();
  stream.on("data", (bytes: Buffer) => {
    for (const line of splitter.add(bytes)) {
      const { address, port } = addressIn(line) ?? {};
      if (typeof address === "string" && typeof port === "number") {
        void report({ type: "listening", id, address, port });
      }
    }
  });
  stream.on("error", () => stream.destroy());
}

type WithOutput = { readonly stdout: Readable; readonly stderr: Readable };

function spawnProgram({ words, folder, environment }: ProgramStart): ChildProcess & WithOutput {
  // The preload takes its two words away, so they are the first.
  const preload = ["--require", join(__dirname, "preload.cjs")];
  return spawn(process.execPath, [...preload, ...words], {
    cwd: folder,
    env: environment,
    detached: true,
    windowsHide: true,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  }) as ChildProcess & WithOutput;
}

/** What it starts later has the same priority. */
function lowerPriority(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended, or the system does not let us.
  }
}

interface Program {
  /** A later call counts only if it is `strict` and its time is over sooner: who saves twice does not cut off deliveries. */
  stop(within: number, strict: boolean): void;
  /** Resolves when all of its group have ended, and that is reported. */
  readonly gone: Promise<void>;
}

/** Runs a program. */
function follow(id: number, child: ChildProcess & WithOutput, pid: number): Program {
  const { stdout, stderr, stdio } = child;
  void report({ type: "started", id, pid });
  const outputs = [followLines(id, "stdout", stdout), followLines(id, "stderr", stderr)];
  followServers(id, stdio[3] as Readable);
  let killTimer: NodeJS.Timeout | undefined;
  let killAt = Number.POSITIVE_INFINITY;
  let hasEnded = false;
  const ended = new Promise<[number | null, string | null]>((resolve) =>
    child.once("exit", (...end) => {
      hasEnded = true;
      clearTimeout(killTimer);
      resolve(end);
    }),
  );
  return {
    stop(within, strict) {
      const end = performance.now() + within;
      // Its process id may be that of another program after its end.
      if (hasEnded || (killTimer !== undefined && !(strict && end < killAt))) return;
      if (killTimer === undefined) child.kill("SIGTERM");
      clearTimeout(killTimer);
      killAt = end;
      killTimer = setTimeout(() => signalGroup(pid, "SIGKILL"), within);
    },
    gone: ended.then(async ([exitCode, signal]) => {
      await endGroup(pid, restTime);
      await Promise.all(outputs.map(drain));
      await report({ type: "ended", id, exitCode, signal });
    }),
  };
}

async function start(id: number, program: ProgramStart): Promise<void> {
  let failure: unknown = new Error("it is closing");
  try {
    if (isClosing) throw failure;
    const child = spawnProgram(program);
    if (program.isBackground) lowerPriority(child.pid);
    // Node tells some errors later, and throws others.
    const failed = new Promise((resolve) => child.on("error", resolve));
    if (child.pid !== undefined) {
      const running = follow(id, child, child.pid);
      programs.set(id, running);
      await running.gone;
      programs.delete(id);
      return;
    }
    failure = await failed;
  } catch (error) {
    failure = error;
  }
  const reason = failure instanceof Error ? failure.message : String(failure);
  await report({ type: "lines", id, stream: "stderr", lines: [`cannot start the program: ${reason}`] });
  await report({ type: "ended", id, exitCode: null, signal: null });
}

async function close(within: number): Promise<void> {
  isClosing = true;
  for (const { stop } of programs.values()) stop(within, true);
  await Promise.all([...programs.values()].map(({ gone }) => gone));
  process.exit();
}

process.on("message", (order: WardenOrder) => {
  if (order.type === "start") void start(order.id, order.program);
  else if (order.type === "stop") programs.get(order.id)?.stop(order.within, false);
  else void close(order.within);
});
process.on("disconnect", () => void close(orphanTime));
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => void close(orphanTime));
