import type { Logger } from "../base/logger.js";
import { type OutputName, onExit, openOutput, pauseProcess, printLine } from "../base/process.js";
import { createLineQueue, type LineQueue } from "./line-queue.js";
import { escapeInvisible } from "./visible-text.js";

let clock = { at: Number.NaN, text: "" };

/** RFC 3339. Many lines have the same millisecond. */
function timeText(): string {
  const at = Date.now();
  if (at !== clock.at) clock = { at, text: new Date(at).toISOString() };
  return clock.text;
}

const ownMembers = ["level", "time", "message"] as const;

/** The members of the fields as JSON, with a comma before each. No field overwrites the line's own members. */
function membersText(fields: object | undefined): string {
  if (fields === undefined) return "";
  try {
    const hasOwn = ownMembers.some((name) => name in fields);
    const others = hasOwn
      ? Object.entries(fields).filter(([key]) => !ownMembers.some((name) => name === key))
      : undefined;
    const text: string | undefined = JSON.stringify(others === undefined ? fields : Object.fromEntries(others));
    return text?.startsWith("{") === true && text !== "{}" ? `,${text.slice(1, -1)}` : "";
  } catch {
    return "";
  }
}

function logLine(level: keyof Logger, message: string, fields: object | undefined): string {
  const start = `{"level":"${level}","time":"${timeText()}","message":${JSON.stringify(message)}`;
  return escapeInvisible(`${start}${membersText(fields)}}`);
}

/** How long lines wait for others, in milliseconds. */
const gathering = 10;
/** How long the end of the process may wait at a time for who reads the lines. */
const pause = 5;
// A test that replaces timers must not stop the log.
const { setTimeout: startTimer } = globalThis;

const queues = new Map<OutputName, LineQueue | undefined>();
let isEnding = false;

function openQueue(name: OutputName): LineQueue | undefined {
  const output = openOutput(name);
  if (output === undefined) return undefined;
  const queue = createLineQueue(
    {
      write: (bytes) => (output.isBusy() && !isEnding ? 0 : output.write(bytes)),
      schedule: (flush) => void startTimer(flush, gathering).unref(),
      pause: () => pauseProcess(pause),
    },
    (count) => logLine("warn", "Log lines were left out, because they are read too slowly", { count }),
  );
  onExit(() => {
    isEnding = true;
    queue.flushAtEnd();
  });
  return queue;
}

function writeLine(name: OutputName, line: string): void {
  if (!queues.has(name)) queues.set(name, openQueue(name));
  const queue = queues.get(name);
  if (queue === undefined) {
    printLine(name, line);
    return;
  }
  queue.push(line);
  if (isEnding) queue.flushAtEnd();
}

/**
 * Writes each line as a JSON object: `info` to standard output, the others to standard error. On Node, lines wait for each other for
 * a few milliseconds, and are written together.
 */
export const consoleLogger: Logger = {
  info: (message, fields) => writeLine("stdout", logLine("info", message, fields)),
  warn: (message, fields) => writeLine("stderr", logLine("warn", message, fields)),
  error: (message, fields) => writeLine("stderr", logLine("error", message, fields)),
};

/** Writes the lines of `consoleLogger` that wait. */
export function flushConsole(): void {
  for (const queue of queues.values()) queue?.flush();
}
