import { Worker } from "node:worker_threads";
import { within } from "../../base/deadline.js";
import { ConfigError, KiketError, reasonOf } from "../../base/errors.js";
import { onExit } from "../../base/process.js";
import {
  atWork,
  type CallResult,
  type FromThread,
  mustRest,
  type StoreCall,
  type StoreWarning,
  type ThreadData,
  type ThreadStart,
  type ToThread,
  type WorkState,
} from "./protocol.js";
import { workerSource } from "./worker.gen.js";

/** The thread that has the database. */
export interface StoreThread {
  /** The result of one call, once it is in the file. Calls that wait for the thread become one transaction. */
  call(call: StoreCall): Promise<CallResult>;
  /** Ends the thread after the calls that wait. */
  close(): Promise<void>;
}

interface Waiting {
  readonly call: StoreCall;
  readonly resolve: (result: CallResult) => void;
  readonly reject: (reason: KiketError) => void;
}

/** Longer than the thread waits for other processes. A disk that takes longer, also to open the file, counts as broken. */
const longestAnswer = 30_000;
/** Between two starts of a thread that ended by itself. */
const restartInterval = 1_000;
const longestClose = 10_000;
/** For the end of the process: longer than the thread waits for other processes. */
const longestWork = 6_000;

/** Starts the program. The end of the process waits for its work. */
function startWorker(data: ThreadData): Worker {
  const state: WorkState = new Int32Array(new SharedArrayBuffer(8));
  const workerData: ThreadStart = { ...data, state };
  const worker = new Worker(workerSource, { eval: true, workerData, name: "kiket-gen delivery store" });
  const forget = onExit(() => {
    Atomics.store(state, mustRest, 1);
    Atomics.wait(state, atWork, 1, longestWork);
  });
  worker.once("exit", forget);
  return worker;
}

/** Resolves when the thread has closed the file and ended. It is not ended at work. */
function endWorker(worker: Worker): Promise<void> {
  const exited = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  worker.on("message", (message: FromThread) => {
    if (message.is === "closed") void worker.terminate();
  });
  worker.postMessage("close" satisfies ToThread);
  return exited;
}

/**
 * Starts the thread, and again when it is needed after it ended. It keeps the process running only while calls wait. Rejects with a
 * `ConfigError` if the database cannot be opened.
 */
export async function startThread(data: ThreadData, warn: (warning: StoreWarning) => void): Promise<StoreThread> {
  let worker: Worker | undefined;
  let isOpen = false;
  let isSending = false;
  let startedAt = Number.NEGATIVE_INFINITY;
  let lastReason = "";
  /** Calls that the thread has not got, and those that it has. */
  let queue: Waiting[] = [];
  let sent: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;
  let closing: Promise<void> | undefined;
  let onOpened: ((reason?: string) => void) | undefined;
  let onIdle: (() => void) | undefined;

  const fail = (waiting: readonly Waiting[], reason: string): void => {
    for (const { reject } of waiting) reject(new KiketError(`The delivery store at ${data.path} failed: ${reason}`));
  };
  const expectAnswer = (): void => {
    timer = setTimeout(() => abandon(`no answer within ${longestAnswer / 1000} s`), longestAnswer);
  };
  const send = (): void => {
    isSending = false;
    if (worker === undefined || !isOpen || sent.length > 0 || queue.length === 0) return;
    sent = queue;
    queue = [];
    expectAnswer();
    worker.postMessage(sent.map(({ call }) => call) satisfies ToThread);
  };
  /** Sends after everything that this turn of the event loop still brings, so that it becomes one transaction. */
  const goOn = (): void => {
    if (queue.length === 0 && sent.length === 0) {
      worker?.unref();
      onIdle?.();
    } else if (isOpen && !isSending && sent.length === 0) {
      isSending = true;
      setImmediate(send);
    }
  };
  /** The calls that the thread had, which now get their results. */
  const takeSent = (): readonly Waiting[] => {
    clearTimeout(timer);
    const taken = sent;
    sent = [];
    return taken;
  };
  /** After the end of the thread. The next call starts another one. */
  const failAll = (reason: string): void => {
    worker = undefined;
    lastReason = reason;
    const waiting = [...takeSent(), ...queue];
    queue = [];
    onOpened?.(reason);
    fail(waiting, reason);
    goOn();
  };
  const abandon = (reason: string): void => {
    if (worker !== undefined) void endWorker(worker);
    worker?.unref();
    failAll(reason);
  };

  const receive = (message: FromThread): void => {
    if (message.is === "warning") warn(message);
    else if (message.is === "failed") fail(takeSent(), message.reason);
    else if (message.is === "done") {
      for (const [index, { resolve }] of takeSent().entries()) resolve(message.results[index]);
    } else if (message.is === "opened") {
      clearTimeout(timer);
      isOpen = true;
      onOpened?.();
    }
    goOn();
  };
  const start = (): void => {
    startedAt = performance.now();
    isOpen = false;
    expectAnswer();
    try {
      const next = startWorker(data);
      let reason = "its thread ended";
      next.on("message", (message: FromThread) => {
        // Only after its end has libsql closed the file.
        if (message.is === "refused") {
          reason = message.reason;
          void next.terminate();
        } else if (worker === next) receive(message);
      });
      next.on("error", (error) => {
        reason = `its thread failed: ${reasonOf(error)}`;
      });
      next.on("exit", () => {
        if (worker === next) failAll(reason);
      });
      worker = next;
    } catch (error) {
      failAll(`a thread cannot be started: ${reasonOf(error)}`);
    }
  };
  const end = async (): Promise<void> => {
    const idle = new Promise<void>((resolve) => {
      onIdle = resolve;
    });
    goOn();
    await idle;
    const last = worker;
    if (last === undefined) return;
    worker = undefined;
    last.ref();
    if (!(await within(endWorker(last), longestClose))) last.unref();
  };

  const refused = await new Promise<string | undefined>((resolve) => {
    onOpened = resolve;
    start();
  });
  if (refused !== undefined) {
    throw new ConfigError(`The delivery store at ${data.path} cannot be opened: ${refused}`);
  }
  return {
    call(call) {
      if (closing !== undefined) return Promise.reject(new KiketError("The delivery store is closed"));
      return new Promise((resolve, reject) => {
        queue.push({ call, resolve, reject });
        if (worker !== undefined) {
          worker.ref();
          goOn();
        } else if (performance.now() - startedAt < restartInterval) failAll(lastReason);
        else start();
      });
    },
    close() {
      closing ??= end();
      return closing;
    },
  };
}
