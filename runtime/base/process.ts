import type { Logger } from "./logger.js";

/** Names to values, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process, or nothing where a runtime has none. */
export function processEnvironment(): Environment {
  return typeof process === "undefined" ? {} : (process.env ?? {});
}

/** Whether this is Node itself, and nothing that takes its name for the sake of its modules. */
export function isNode(): boolean {
  if (typeof process === "undefined") return false;
  const { node, bun, deno } = (process.versions ?? {}) as Readonly<Record<string, string | undefined>>;
  return node !== undefined && bun === undefined && deno === undefined && !isWorker();
}

/** Whether this is a worker, where no request may wait for what another one began. */
export function isWorker(): boolean {
  const { navigator } = globalThis as { readonly navigator?: { readonly userAgent?: string } };
  return navigator?.userAgent === "Cloudflare-Workers";
}

/**
 * A module of the runtime itself, or undefined where it has none by that name. Not imported: a worker has no `node:` modules,
 * and a bundler for one would refuse the import.
 */
export function builtinModule(name: string): unknown {
  if (typeof process === "undefined" || typeof process.getBuiltinModule !== "function") return undefined;
  try {
    return process.getBuiltinModule(name);
  } catch {
    return undefined;
  }
}

/** A file's text; undefined where there is none, or no file system. */
export function readTextFile(path: string): string | undefined {
  const fs = builtinModule("node:fs") as { readFileSync?: (path: string, encoding: "utf8") => string } | undefined;
  try {
    return fs?.readFileSync?.(path, "utf8");
  } catch {
    return undefined;
  }
}

function line(level: string, message: string, fields: object | undefined): string {
  const fixed = { level, time: new Date().toISOString(), message };
  try {
    // Twice: first in the order of reading, then so that no field replaces them.
    return JSON.stringify({ ...fixed, ...fields, ...fixed });
  } catch {
    return JSON.stringify(fixed);
  }
}

/** One JSON object a line. */
export const consoleLogger: Logger = {
  info: (message, fields) => console.log(line("info", message, fields)),
  warn: (message, fields) => console.warn(line("warn", message, fields)),
  error: (message, fields) => console.error(line("error", message, fields)),
};

/** Plain text for whoever starts the program, who may have no eye for JSON yet. */
export function tell(message: string): void {
  console.error(message);
}

const stopSignals = ["SIGTERM", "SIGINT"] as const;

/** Calls back at each SIGTERM and SIGINT, which then no longer end the process by themselves, until undone. */
export function onStopSignal(listener: (exitCode: number) => void): () => void {
  // What a shell reports of a process that a signal ended: 128 and the signal's number.
  const listeners = { SIGTERM: () => listener(143), SIGINT: () => listener(130) };
  for (const signal of stopSignals) process.on(signal, listeners[signal]);
  return () => {
    for (const signal of stopSignals) process.off(signal, listeners[signal]);
  };
}

export function exitNow(code: number): void {
  process.exit(code);
}

/**
 * Ends the process with the code once nothing is left to do, and after the milliseconds given at the latest: a database pool
 * of the program's own may still be closing, or may never.
 */
export function exitSoon(code: number, milliseconds: number): void {
  process.exitCode = code;
  setTimeout(() => process.exit(), milliseconds).unref();
}
