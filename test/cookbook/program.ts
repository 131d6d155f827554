import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";

/** A program of a recipe in its own process. */
export interface RecipeProgram {
  readonly child: ChildProcess;
  /** The lines of its log, as they are written. */
  readonly lines: readonly Record<string, unknown>[];
  /** The address on which it listens; empty for a worker. */
  readonly url: string;
  /** The exit status, once it has ended. */
  readonly ended: Promise<number | null>;
}

const startWords: readonly unknown[] = ["listening", "working"];

/** Starts `dist/main.js` of a folder on a free port, waits until it is ready, and kills it after the test. */
export async function startProgram(
  folder: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
): Promise<RecipeProgram> {
  const child = spawn(process.execPath, ["dist/main.js", ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, PORT: "0", HOST: "127.0.0.1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines: Record<string, unknown>[] = [];
  const texts: string[] = [];
  const ended = once(child, "exit").then(([code]) => code as number | null);
  const started = new Promise<Record<string, unknown>>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream }).on("line", (text) => {
        texts.push(text);
        if (!text.startsWith("{")) return;
        const line = JSON.parse(text) as Record<string, unknown>;
        lines.push(line);
        if (startWords.includes(line.message)) resolve(line);
      });
    }
    void ended.then((code) => reject(new Error(`ended with ${code}: ${texts.join("\n")}`)));
  });
  const { url = "" } = await started;
  return { child, lines, url: String(url), ended };
}
