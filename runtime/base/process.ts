import { ConfigError } from "./errors.js";
import { trimmedText } from "./text.js";

/** Names and values, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment of this process; empty if the runtime has none. */
export function processEnvironment(): Environment {
  return typeof process === "undefined" ? {} : (process.env ?? {});
}

/** What the program was started with, after its own name. */
export function programArguments(): readonly string[] {
  return typeof process === "undefined" ? [] : (process.argv ?? []).slice(2);
}

/** Whether a variable says 1, true, yes or on. */
export function isSwitchedOn(env: Environment, name: string): boolean {
  return ["1", "true", "yes", "on"].includes(trimmedText(env[name])?.toLowerCase() ?? "");
}

/**
 * The values of these variables, trimmed.
 * @throws {ConfigError} that names all missing ones.
 */
export function requireVariables<Name extends string>(
  env: Environment,
  names: readonly Name[],
): Readonly<Record<Name, string>> {
  const missing = names.filter((name) => trimmedText(env[name]) === undefined);
  if (missing.length > 0) throw new ConfigError(`Missing in the environment: ${missing.join(", ")}`);
  return Object.fromEntries(names.map((name) => [name, trimmedText(env[name])])) as Record<Name, string>;
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

/** Whether the host stops the process between requests, as far as it says so: a Cloudflare worker, AWS Lambda, Deno Deploy. */
export function stopsBetweenRequests(env: Environment): boolean {
  return (
    isWorker() || (env.AWS_LAMBDA_RUNTIME_API ?? env.AWS_LAMBDA_FUNCTION_NAME ?? env.DENO_DEPLOYMENT_ID) !== undefined
  );
}

/** Whether `kiket-gen dev` has started this process. */
export function isRunByDev(env: Environment): boolean {
  return trimmedText(env.KIKET_GEN_LAUNCH) !== undefined;
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

/** Remembers the async context of now, with its spans and stores, and calls functions in it. Without such contexts it only calls them. */
export function captureAsyncContext(): <Result>(run: () => Result) => Result {
  const hooks = builtinModule("node:async_hooks") as
    | { readonly AsyncLocalStorage?: { snapshot?(): <Result>(run: () => Result) => Result } }
    | undefined;
  return hooks?.AsyncLocalStorage?.snapshot?.() ?? ((run) => run());
}

/** The text of a file; undefined if it cannot be read or there is no file system. */
export function readTextFile(path: string): string | undefined {
  try {
    return fileSystem()?.readFileSync?.(path, "utf8");
  } catch {
    return undefined;
  }
}

/** The used part of `node:fs`. */
interface FileSystem {
  readonly readFileSync: (path: string, encoding: "utf8") => string;
  readonly writeSync: (descriptor: number, bytes: Uint8Array) => number;
  readonly openSync: (path: string, flags: string) => number;
  readonly closeSync: (descriptor: number) => void;
}

function fileSystem(): FileSystem | undefined {
  return builtinModule("node:fs") as FileSystem | undefined;
}

const exitListeners = new Set<() => void>();
let isExitWatched = false;

/**
 * Calls back when the process ends, unless it is killed; nothing can wait then. Returns a function that undoes this. Only Node has such
 * an event.
 */
export function onExit(listener: () => void): () => void {
  exitListeners.add(listener);
  if (!isExitWatched && isNode()) {
    isExitWatched = true;
    // One listener for all: Node warns of a leak above ten.
    process.on("exit", () => {
      for (const each of exitListeners) each();
    });
  }
  return () => void exitListeners.delete(listener);
}

export type OutputName = "stdout" | "stderr";

/** Standard output or standard error, to which bytes are written without waiting for who reads them. */
export interface Output {
  /** Returns how many bytes were taken. */
  write(bytes: Uint8Array): number;
  /** Whether the program has written something itself that is still to be written. */
  isBusy(): boolean;
}

/** Undefined where `printLine` must be used: off Node, in a worker thread, and on a platform that stops the process between requests. */
export function openOutput(name: OutputName): Output | undefined {
  const fs = fileSystem();
  if (!isNode() || fs === undefined || process.env.AWS_LAMBDA_RUNTIME_API !== undefined) return undefined;
  // Node opens the stream on first use, and makes a pipe such that writing never waits. In a worker thread it has no descriptor.
  const stream = process[name] as { readonly fd?: number; readonly writableLength: number };
  const { fd } = stream;
  if (fd === undefined) return undefined;
  return {
    write(bytes) {
      try {
        return fs.writeSync(fd, bytes);
      } catch (error) {
        // If nobody reads any more, or the disk is full, there is no other place to report this.
        return (error as NodeJS.ErrnoException).code === "EAGAIN" ? 0 : bytes.length;
      }
    },
    isBusy: () => stream.writableLength > 0,
  };
}

/** Writes a line with `console`. */
export function printLine(name: OutputName, line: string): void {
  if (name === "stdout") console.log(line);
  else console.error(line);
}

/** Waits in place. Only for the end of a process: nothing else runs in the meantime. */
export function pauseProcess(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

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

/** Whether a terminal controls this process. Its window may have been closed since the start. */
function hasTerminal(): boolean {
  const fs = fileSystem();
  try {
    if (fs !== undefined) fs.closeSync(fs.openSync("/dev/tty", "r"));
    return fs !== undefined;
  } catch {
    return false;
  }
}

/**
 * Calls the listener at each SIGHUP, which then no longer ends the process, unless it says that the terminal is closed: then SIGTERM
 * follows. Returns a function that undoes this. Windows sends it when the console is closed, which ends the process anyway, so there it is
 * not listened to.
 */
export function onHangup(listener: () => void): () => void {
  if (process.platform === "win32") return () => undefined;
  const hadTerminal = hasTerminal();
  const onSignal = (): void => {
    if (hadTerminal && !hasTerminal()) process.kill(process.pid, "SIGTERM");
    else listener();
  };
  process.on("SIGHUP", onSignal);
  return () => void process.off("SIGHUP", onSignal);
}

/** How this program was started. */
export interface ProgramStart {
  /** The path of its first file, absolute; undefined if it has none. */
  readonly entry: string | undefined;
  /** Node's own options. */
  readonly options: readonly string[];
}

export function programStart(): ProgramStart {
  return { entry: process.argv[1], options: process.execArgv };
}

/** The variable with the number of a process among those of `serve(..., { processes })`. The first one sets it for those that it starts. */
export const processVariable = "KIKET_PROCESS";

/** The number of this process; undefined if it was not started by another one of the same program. */
export function processNumber(): number | undefined {
  const number = Number(processEnvironment()[processVariable] ?? Number.NaN);
  return Number.isInteger(number) && number > 0 ? number : undefined;
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
