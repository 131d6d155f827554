import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";
import { StepFailure } from "./step.js";

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** What the program reads from its standard input. */
  readonly input?: string;
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that goes on. */
export interface Started {
  /** Resolves with the match as soon as the program has printed it; rejects if it ends, or takes longer. */
  printed(pattern: RegExp, ms: number): Promise<RegExpExecArray>;
  end(): Promise<void>;
}

export interface Processes {
  run(command: Command): Promise<Finished>;
  start(command: Command): Started;
  /** Ends all that were started, with what they started in turn. Nothing can be started afterwards. */
  end(): Promise<void>;
}

/** How long a program may take to end when it is asked to. */
const grace = 5_000;

interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  text(): string;
}

/** Programs in process groups of their own, so that what npm starts ends with npm. */
export function createProcesses(): Processes {
  const all = new Set<Running>();
  let isEnded = false;

  function open({ program, args, cwd, env, input }: Command): Running {
    if (isEnded) throw new Error("interrupted");
    const child = spawn(program, args, { cwd, env, detached: true, stdio: "pipe" });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    // A program that ends before it has read everything is judged by its exit status.
    child.stdin.on("error", () => undefined).end(input ?? "");
    const finished = new Promise<Finished>((resolve) => {
      child.on("error", (error) => resolve({ code: null, stdout, stderr: `${stderr}${error.message}\n` }));
      child.on("close", (code) => resolve({ code, stdout, stderr }));
    });
    const running = { child, finished, text: () => stdout + stderr };
    all.add(running);
    finished.then(() => all.delete(running));
    return running;
  }

  function kill({ child }: Running, signal: NodeJS.Signals): void {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, signal);
    } catch {
      // The group is gone.
    }
  }

  async function endOne(running: Running): Promise<void> {
    kill(running, "SIGTERM");
    const timer = new AbortController();
    const late = wait(grace, undefined, { signal: timer.signal }).then(
      () => kill(running, "SIGKILL"),
      () => undefined,
    );
    await Promise.race([running.finished, late]);
    timer.abort();
    await running.finished;
  }

  return {
    run: (command) => open(command).finished,
    start(command) {
      const running = open(command);
      let isOver = false;
      running.finished.then(() => {
        isOver = true;
      });
      return {
        async printed(pattern, ms) {
          for (let waited = 0; waited < ms; waited += 100) {
            const match = pattern.exec(running.text());
            if (match !== null) return match;
            if (isOver) break;
            await wait(100);
          }
          const reason = isOver ? "it ended" : `not within ${ms / 1000} s`;
          throw commandFailure(command, `it did not print ${pattern}: ${reason}`, running.text());
        },
        end: () => endOne(running),
      };
    },
    async end() {
      isEnded = true;
      await Promise.all([...all].map(endOne));
    },
  };
}

/** The last lines of a text: where a program says what went wrong. */
function lastLines(text: string, count = 30): string {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}

function commandFailure({ program, args, cwd }: Command, reason: string, output: string, fix?: string): StepFailure {
  const what = `\`${[program, ...args].join(" ")}\` failed: ${reason}`;
  return new StepFailure([
    { what, why: lastLines(output) || "it printed nothing", fix: fix ?? `run it yourself in ${cwd}` },
  ]);
}

/** Runs a command that must succeed. */
export async function succeed(processes: Processes, command: Command, fix?: string): Promise<Finished> {
  const finished = await processes.run(command);
  if (finished.code === 0) return finished;
  throw commandFailure(command, `exit status ${finished.code}`, `${finished.stdout}${finished.stderr}`, fix);
}
