import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { Agent, request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { closeAfterwards, type OpenKiket } from "./open-kiket.js";
import { root } from "./project.js";
import { testClaims } from "./tokens.js";

export interface Line {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

/** `programs/processes.mjs`, which serves in several processes. */
export interface SeveralProcesses {
  readonly child: ChildProcess;
  readonly folder: string;
  /** Log lines of all processes, in the order in which they were written. */
  readonly lines: Line[];
  /** What is written that is no log line. */
  readonly texts: string[];
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** The first line with this message from a place on, or the end of the program as an error. */
  line(message: string, from?: number): Promise<Line>;
  /** Process ids of all that were started to serve, in that order. */
  pids(): number[];
}

/** Starts the program in a folder of its own, with these files (`code`, `fault`). What is left of it is killed afterwards. */
export async function startSeveral(
  kiket: OpenKiket,
  env: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
): Promise<SeveralProcesses> {
  const folder = await mkdtemp(join(tmpdir(), "processes-"));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const mark = join(folder, "pids");
  const child = spawn(process.execPath, [join(root, "test/support/programs/processes.mjs")], {
    env: {
      PATH: process.env.PATH,
      KIKET_BASE_URL: kiket.baseUrl,
      STORE: join(folder, "store.sqlite"),
      MARK: mark,
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
    cwd: folder,
  });
  const lines: Line[] = [];
  const texts: string[] = [];
  const waiting = new Set<() => void>();
  const take = (line: string): void => {
    if (line.startsWith("{")) lines.push(JSON.parse(line));
    else if (line !== "") texts.push(line);
    for (const check of waiting) check();
  };
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      const parts = (rest + chunk).split("\n");
      rest = parts.pop() ?? "";
      for (const part of parts) take(part);
    });
  }
  let isEnded = false;
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) =>
    child.once("exit", (code, signal) => {
      isEnded = true;
      resolve({ code, signal });
    }),
  );
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const pids = (): number[] => {
    try {
      return readFileSync(mark, "utf8")
        .trim()
        .split("\n")
        .map((line) => Number(line.split(" ")[0]));
    } catch {
      return [];
    }
  };
  closeAfterwards(async () => {
    if (!isEnded) child.kill("SIGKILL");
    for (const pid of pids().filter(isRunning)) process.kill(pid, "SIGKILL");
    await closed;
    await rm(folder, { recursive: true });
  });
  const line = (message: string, from = 0): Promise<Line> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        const found = lines.slice(from).find((one) => one.message.startsWith(message));
        if (found === undefined) return;
        waiting.delete(check);
        resolve(found);
      };
      waiting.add(check);
      check();
      void closed.then(() => reject(new Error(`It ended without "${message}": ${JSON.stringify([lines, texts])}`)));
    });
  return { child, folder, lines, texts, ended, line, pids };
}

/** Whether there is such a process, and it is no zombie. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    // Not Linux, or it has just ended.
    return process.platform !== "linux";
  }
}

export interface Answered {
  readonly status: number;
  readonly body: string;
  readonly connection: string | undefined;
}

let deliveries = 0;

/** Delivers an issue with this title. Without an agent, over a connection of its own. */
export async function deliverTo(kiket: OpenKiket, url: string, title: string, agent?: Agent): Promise<Answered> {
  deliveries += 1;
  const iat = Math.floor(Date.now() / 1000);
  const runtime_token = await kiket.key.sign({ ...testClaims, jti: `several-${deliveries}`, iat, exp: iat + 300 });
  const body = JSON.stringify({ event: "issue.created", issue: { title }, authentication: { runtime_token } });
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${url}/v/v1/webhooks/issue.created`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      agent: agent ?? new Agent(),
    });
    request.on("error", reject);
    request.on("response", (response) => {
      const { statusCode = 0, headers } = response;
      text(response).then(
        (answer) => resolve({ status: statusCode, body: answer, connection: headers.connection }),
        reject,
      );
    });
    request.end(body);
  });
}
