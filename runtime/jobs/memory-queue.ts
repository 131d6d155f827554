import { within } from "../base/deadline.js";
import { KiketError } from "../base/errors.js";
import type { Logger } from "../base/logger.js";
import { captureAsyncContext } from "../base/process.js";
import { waitBeforeNextRun } from "./backoff.js";
import type { Job, JobOutcome, RunJob } from "./job.js";
import type { JobCounts, JobQueue, WorkOptions } from "./job-queue.js";
import { createRecentIds } from "./recent-ids.js";

/** Calls back once after the milliseconds. Returns a function that undoes this. */
export type StartTimer = (milliseconds: number, onTime: () => void) => () => void;

/** Options of `createMemoryQueue`. Every member is optional. */
export interface MemoryQueueOptions {
  /** How many jobs wait or run at most. Further deliveries are answered 503, and Kiket repeats them. Default 10000. */
  readonly maxJobs?: number | undefined;
  /** The same for their contents, in characters of JSON. Default 67108864 (64 Mi). */
  readonly maxCharacters?: number | undefined;
  /** The clock, in milliseconds since 1970. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** The timer of the waits before further runs. Default: one that does not keep the process alive. */
  readonly startTimer?: StartTimer | undefined;
  /** Returns a number from 0 to less than 1, for jitter. Default: `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** A deferred delivery that does not run again. */
export interface DeadJob {
  readonly id: string;
  readonly event: string;
  readonly version: string;
  /** A code, such as `handler-failed`. */
  readonly reason: string;
  /** How often it has run. */
  readonly attempts: number;
  /** Milliseconds since 1970. */
  readonly diedAt: number;
}

/** A queue in the memory of this process. */
export interface MemoryQueue extends JobQueue {
  /** Resolves when no job waits or runs: each one is done or dead. */
  drained(): Promise<void>;
  /** The newest 100 jobs that are dead, oldest first. */
  dead(): readonly DeadJob[];
  /** Of the dead ones, at most the newest 100. */
  counts(): JobCounts;
}

/** A job that waits or runs. */
interface Entry {
  readonly job: Pick<Job, "id" | "event" | "version" | "deferral">;
  /** Kept as text, so that each run has a content of its own. */
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly addedAt: number;
  /** When it was added, as a number that counts up: older ones run first. */
  readonly order: number;
  failed: number;
  /** While it waits for its next run. */
  stopTimer: (() => void) | undefined;
}

/** The jobs of one handler. */
interface Lane {
  readonly ready: Entry[];
  running: number;
}

interface Worker {
  readonly run: RunJob;
  readonly concurrency: number;
  readonly lanes: readonly { readonly lane: Lane; readonly concurrency: number }[];
  readonly running: Map<Entry, AbortController>;
  isStopped: boolean;
  onIdle: (() => void) | undefined;
}

const idMilliseconds = 24 * 3_600_000;
const mostIds = 50_000;
const mostDead = 100;
/** Time for the runs to give their jobs back, after their signals were aborted. */
const returnMilliseconds = 2_000;

const startTimerInBackground: StartTimer = (milliseconds, onTime) => {
  const timer = setTimeout(onTime, Math.min(milliseconds, 2 ** 31 - 1));
  (timer as { readonly unref?: () => unknown }).unref?.();
  return () => clearTimeout(timer);
};

/** The job that has waited longest and whose handler is below its limit. */
function nextOf({ lanes }: Worker): { readonly lane: Lane; readonly entry: Entry } | undefined {
  let next: { readonly lane: Lane; readonly entry: Entry } | undefined;
  for (const { lane, concurrency } of lanes) {
    const entry = lane.ready[0];
    if (entry === undefined || lane.running >= concurrency) continue;
    if (next === undefined || entry.order < next.entry.order) next = { lane, entry };
  }
  return next;
}

/**
 * A queue in the memory of this process, for tests and development. When the process ends, what waits in it is lost, although Kiket was
 * answered: `serve` takes it only if the program names it.
 */
export function createMemoryQueue(options: MemoryQueueOptions = {}): MemoryQueue {
  const { maxJobs = 10_000, maxCharacters = 64 * 1024 * 1024, now = Date.now, random = Math.random } = options;
  const startTimer = options.startTimer ?? startTimerInBackground;
  // A run must not count as part of the delivery, or of the other run, in whose course it begins.
  const outside = captureAsyncContext();
  const entries = new Map<string, Entry>();
  const lanes = new Map<string, Lane>();
  const ended = createRecentIds(idMilliseconds, mostIds, now);
  const dead: DeadJob[] = [];
  const workers = new Set<Worker>();
  let characters = 0;
  let added = 0;
  let isScheduled = false;
  let isClosed = false;
  let onDrained: (() => void)[] = [];
  let log: Logger | undefined;

  const laneOf = ({ event, version }: Pick<Job, "event" | "version">): Lane => {
    const name = `${event}\n${version}`;
    const lane = lanes.get(name) ?? { ready: [], running: 0 };
    lanes.set(name, lane);
    return lane;
  };
  const tellDrained = (): void => {
    if (entries.size > 0) return;
    for (const tell of onDrained) tell();
    onDrained = [];
  };
  const remove = (entry: Entry): void => {
    entries.delete(entry.job.id);
    ended.add(entry.job.id);
    characters -= entry.text.length;
    tellDrained();
  };
  /** In a task of its own: Kiket has its answer before the first handler runs. */
  const schedule = (): void => {
    if (isScheduled) return;
    isScheduled = true;
    setTimeout(() => {
      isScheduled = false;
      for (const worker of workers) fill(worker);
    }, 0);
  };
  const offer = (entry: Entry): void => {
    entry.stopTimer = undefined;
    const { ready } = laneOf(entry.job);
    const before = ready.findLastIndex(({ order }) => order < entry.order);
    ready.splice(before + 1, 0, entry);
    schedule();
  };

  const fail = (entry: Entry, outcome: Exclude<JobOutcome, { readonly state: "done" | "returned" }>): void => {
    entry.failed += 1;
    const { id, event, version, deferral } = entry.job;
    if (outcome.state === "failed" && entry.failed < deferral.attempts) {
      const { failed } = entry;
      const wait = waitBeforeNextRun(deferral.backoff, { failed, after: outcome.after, random: random() });
      entry.stopTimer = startTimer(wait, () => offer(entry));
      return;
    }
    dead.push({ id, event, version, reason: outcome.reason, attempts: entry.failed, diedAt: now() });
    if (dead.length > mostDead) dead.shift();
    remove(entry);
  };
  const giveBack = (entry: Entry, after: number | undefined): void => {
    if (after === undefined) offer(entry);
    else entry.stopTimer = startTimer(after, () => offer(entry));
  };
  const settle = (entry: Entry, outcome: JobOutcome): void => {
    // The queue may have been closed in the meantime.
    if (!entries.has(entry.job.id)) return;
    if (outcome.state === "done") remove(entry);
    else if (outcome.state === "returned") giveBack(entry, outcome.after);
    else fail(entry, outcome);
  };

  const start = async (worker: Worker, lane: Lane, entry: Entry): Promise<void> => {
    const controller = new AbortController();
    worker.running.set(entry, controller);
    lane.running += 1;
    let outcome: JobOutcome;
    try {
      const job = JSON.parse(entry.text) as Job;
      const attempt = { number: entry.failed + 1, signal: controller.signal };
      outcome = await outside(() => worker.run(job, attempt));
    } catch {
      outcome = { state: "failed", reason: "internal-error" };
    }
    lane.running -= 1;
    worker.running.delete(entry);
    settle(entry, outcome);
    // Also the others, for which the handler may have been at its limit.
    for (const each of workers) fill(each);
    if (worker.running.size === 0) worker.onIdle?.();
  };

  const fill = (worker: Worker): void => {
    while (!worker.isStopped && worker.running.size < worker.concurrency) {
      const next = nextOf(worker);
      if (next === undefined) return;
      next.lane.ready.shift();
      void start(worker, next.lane, next.entry);
    }
  };

  const idle = (worker: Worker): Promise<void> =>
    new Promise((resolve) => {
      worker.onIdle = resolve;
      if (worker.running.size === 0) resolve();
    });

  /** What is ready still runs within the time: nobody else can run it later. */
  const stop = async (worker: Worker, milliseconds: number): Promise<void> => {
    fill(worker);
    await within(idle(worker), milliseconds);
    worker.isStopped = true;
    for (const controller of worker.running.values()) controller.abort(new KiketError("The worker is closing"));
    await within(idle(worker), returnMilliseconds);
    workers.delete(worker);
  };

  return {
    name: "in-process queue",
    isDurable: false,
    async add({ id, event, version, deferral, content }) {
      if (isClosed) throw new KiketError("The in-process queue is closed");
      if (entries.has(id) || ended.has(id)) return;
      const text = JSON.stringify({ id, event, version, deferral, content });
      if (entries.size >= maxJobs || characters + text.length > maxCharacters) {
        throw new KiketError(`The in-process queue is full: jobs ${entries.size}, characters ${characters}`);
      }
      added += 1;
      characters += text.length;
      const job = { id, event, version, deferral };
      const entry = { job, text, addedAt: now(), order: added, failed: 0, stopTimer: undefined };
      entries.set(id, entry);
      offer(entry);
    },
    async work(run: RunJob, { concurrency, handlers, logger }: WorkOptions) {
      log = logger;
      const worker: Worker = {
        run,
        concurrency,
        lanes: handlers.map((handler) => ({
          lane: laneOf(handler),
          concurrency: handler.concurrency ?? Number.POSITIVE_INFINITY,
        })),
        running: new Map(),
        isStopped: false,
        onIdle: undefined,
      };
      workers.add(worker);
      schedule();
      let closed: Promise<void> | undefined;
      return {
        close(withinMilliseconds) {
          closed ??= stop(worker, withinMilliseconds);
          return closed;
        },
      };
    },
    drained: () =>
      new Promise((resolve) => {
        onDrained.push(resolve);
        tellDrained();
      }),
    dead: () => [...dead],
    counts() {
      const sum = (count: (lane: Lane) => number): number =>
        [...lanes.values()].reduce((all, lane) => all + count(lane), 0);
      const [waiting, running] = [sum((lane) => lane.ready.length), sum((lane) => lane.running)];
      const delayed = Math.max(0, entries.size - waiting - running);
      const time = now();
      const oldest = Math.min(time, ...[...lanes.values()].flatMap(({ ready: [first] }) => first?.addedAt ?? []));
      return { waiting, running, delayed, dead: dead.length, oldestAge: time - oldest };
    },
    async close() {
      isClosed = true;
      const lost = entries.size;
      for (const { stopTimer } of entries.values()) stopTimer?.();
      entries.clear();
      for (const { ready } of lanes.values()) ready.length = 0;
      if (lost > 0) log?.warn("Deferred deliveries are lost: the in-process queue ends with the process", { lost });
      tellDrained();
    },
  };
}
