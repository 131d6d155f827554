import type { Logger } from "./logger.js";

/** Names and values, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process; empty if the runtime has none. */
export function processEnvironment(): Environment {
  return typeof process === "undefined" ? {} : (process.env ?? {});
}

/** Whether this is Node itself, not another runtime that reports Node's name for compatibility. */
export function isNode(): boolean {
  if (typeof process === "undefined") return false;
  const { node, bun, deno } = (process.versions ?? {}) as Readonly<Record<string, string | undefined>>;
  return node !== undefined && bun === undefined && deno === undefined && !isWorker();
}

/** Whether this is a Cloudflare worker, where a request must not wait for a promise of another request. */
export function isWorker(): boolean {
  const { navigator } = globalThis as { readonly navigator?: { readonly userAgent?: string } };
  return navigator?.userAgent === "Cloudflare-Workers";
}

/**
 * A built-in module, or undefined if the runtime has none with that name. It is not imported, because workers have no
 * `node:` modules and their bundlers reject the import.
 */
export function builtinModule(name: string): unknown {
  if (typeof process === "undefined" || typeof process.getBuiltinModule !== "function") return undefined;
  try {
    return process.getBuiltinModule(name);
  } catch {
    return undefined;
  }
}

/**
 * A built-in module that loads without a flag and without a warning, else undefined. A warning of it is not shown. Ask once in a
 * thread: Node warns only when it loads the module.
 */
export function builtinWithoutWarning(name: string): unknown {
  const { emitWarning } = process;
  let isQuiet = true;
  process.emitWarning = () => {
    isQuiet = false;
  };
  try {
    const module = builtinModule(name);
    return isQuiet ? module : undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** The text of a file; undefined if it cannot be read or there is no file system. */
export function readTextFile(path: string): string | undefined {
  const fs = builtinModule("node:fs") as { readFileSync?: (path: string, encoding: "utf8") => string } | undefined;
  try {
    return fs?.readFileSync?.(path, "utf8");
  } catch {
    return undefined;
  }
}

function logLine(level: string, message: string, fields: object | undefined): string {
  const fixed = { level, time: new Date().toISOString(), message };
  try {
    // Spread twice: once for the order of the members, once so that no field overwrites them.
    return JSON.stringify({ ...fixed, ...fields, ...fixed });
  } catch {
    return JSON.stringify(fixed);
  }
}

/** Writes each line as a JSON object. */
export const consoleLogger: Logger = {
  info: (message, fields) => console.log(logLine("info", message, fields)),
  warn: (message, fields) => console.warn(logLine("warn", message, fields)),
  error: (message, fields) => console.error(logLine("error", message, fields)),
};

/** Writes plain text to stderr, for the person who starts the program. */
export function printError(message: string): void {
  console.error(message);
}

const stopSignals = ["SIGTERM", "SIGINT"] as const;

/**
 * Calls the listener at each SIGTERM and SIGINT, which then no longer end the process by default. Returns a function that
 * undoes this.
 */
export function onStopSignal(listener: (exitCode: number) => void): () => void {
  // The exit codes that a shell reports for these signals: 128 plus the signal's number.
  const listeners = { SIGTERM: () => listener(143), SIGINT: () => listener(130) };
  for (const signal of stopSignals) process.on(signal, listeners[signal]);
  return () => {
    for (const signal of stopSignals) process.off(signal, listeners[signal]);
  };
}

/** Calls the listener when the process ends, after which nothing can wait. Returns a function that undoes this. */
export function onExit(listener: () => void): () => void {
  process.on("exit", listener);
  return () => process.off("exit", listener);
}

export function exitNow(code: number): void {
  process.exit(code);
}

/**
 * Ends the process with the code when nothing is left to do, or after the given milliseconds: the program's own resources,
 * such as a database pool, may close late or never.
 */
export function exitSoon(code: number, milliseconds: number): void {
  process.exitCode = code;
  setTimeout(() => process.exit(), milliseconds).unref();
}
