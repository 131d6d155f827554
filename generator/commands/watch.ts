import { join } from "node:path";
import { recall } from "../generate/run-cache.js";
import { describeSystemError } from "../project/host.js";
import { layoutOf, lockPathIn } from "../project/layout.js";
import { type Project, readProject } from "../project/read-project.js";
import { type Trace, type TracedHost, tracedHost } from "../project/trace.js";
import type { GenerateJob } from "./arguments.js";
import type { Io } from "./command.js";
import { generateAndRemember } from "./generate-and-print.js";
import { hostOf } from "./open-project.js";

/** Editors write a file in several steps. Changes within this time count as one. In milliseconds. */
const quietTime = 50;

/** chokidar drops a second change of a file within 50 ms of the first. After this time the inputs are read again. In milliseconds. */
const blindTime = 80;

/** chokidar misses files in folders that did not exist at first, and many changes on network drives. So the inputs are also read this often. In milliseconds. */
const pollTime = 1000;

/** The current inputs of a run. */
export interface Look {
  /** The same for the same inputs. */
  readonly stamp: string;
  /** Files and folders that were looked for, including those that do not exist. */
  readonly paths: Iterable<string>;
  /** Runs on these inputs; false if the same inputs may be worth another run. An error that it throws ends the watch. */
  readonly run: () => Promise<boolean>;
}

interface WatchOptions {
  readonly look: () => Promise<Look>;
  /** An input that the runs themselves write. A change of it is no reason to try a run again. */
  readonly written: string;
  /** Ends the watch. */
  readonly until: Promise<void>;
}

/**
 * Runs once, then whenever the stamp has changed, never twice at the same time, until `until` resolves. A run that did not get through
 * is tried again after any change.
 */
export async function watch({ look, written, until }: WatchOptions): Promise<void> {
  const { watch: observe } = await import("chokidar");
  let wake: () => void = () => {};
  /** Whether something changed since the last look, and since the last run. */
  const since = { look: false, run: false };
  let ended = false;
  let failure: unknown;
  const end = (reason?: unknown) => {
    failure = reason;
    ended = true;
    wake();
  };
  const watched = new Set((await look()).paths);
  const watcher = observe([...watched], { ignoreInitial: true });
  watcher.on("all", (_event, path) => {
    since.look = true;
    since.run ||= path !== written;
    wake();
  });
  watcher.on("error", end);
  void until.then(() => end());

  const lookAgain = (): Promise<Look> => {
    since.look = false;
    return look();
  };
  const follow = ({ paths }: Look): void => {
    const fresh = [...paths].filter((path) => !watched.has(path));
    for (const path of fresh) watched.add(path);
    watcher.add(fresh);
  };
  /** Waits until something changes or the watch ends, at most `longest` milliseconds. */
  const pause = (longest?: number): Promise<void> => {
    if (since.look || ended) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = longest === undefined ? undefined : setTimeout(resolve, longest);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  };

  try {
    await new Promise<void>((resolve) => watcher.once("ready", () => resolve()));
    while (!ended) {
      since.run = false;
      const seen = await lookAgain();
      follow(seen);
      const isDone = await seen.run();
      const isOld = async () => (await lookAgain()).stamp === seen.stamp && (isDone || !since.run);
      await pause(blindTime);
      while (!ended && (await isOld())) await pause(pollTime);
      // A change was missed. Observe all paths again: some may exist only now.
      if (!since.run) watched.clear();
      await new Promise((resolve) => setTimeout(resolve, quietTime));
    }
    if (failure !== undefined) throw failure;
  } finally {
    await watcher.close();
  }
}

/**
 * The same while the disk answers the same to all that was read. Runs write the lock file themselves, so of it only what it says
 * about schemas counts.
 */
function stampOf({ lock, ...project }: Project, trace: Trace | undefined): string {
  const others = (record: object = {}) => Object.entries(record).filter(([path]) => path !== lock.path);
  return JSON.stringify([project, others(trace?.texts), others(trace?.exists), trace?.lists]);
}

/** An error of the file system, such as a full disk, does not end the watch. Returns whether there was none. */
async function reportErrors(run: () => Promise<unknown>, io: Io): Promise<boolean> {
  const reason = await run().then(
    () => undefined,
    (error) => {
      const described = describeSystemError(error);
      if (described === undefined) throw error;
      return described;
    },
  );
  if (reason !== undefined) io.err(`kiket-gen: ${reason}\n`);
  io.out("watching for changes; press Ctrl+C to stop\n");
  return reason === undefined;
}

/** Generates, and again after every change, until the user interrupts. */
export async function watchProject(job: GenerateJob, io: Io): Promise<number> {
  const { places } = job;
  const host = await hostOf(places.dir, io);
  const here = (path: string) => join(places.dir, path);
  const asked = new Set<string>();
  const runOn = async (traced: TracedHost, project: Project): Promise<void> => {
    const remembered = await recall(host, places);
    if (remembered === undefined) await generateAndRemember(traced, project, job, io);
    else io.out(remembered);
  };
  const look = async (): Promise<Look> => {
    const traced = tracedHost(host);
    const read = readProject(traced.host, places);
    const stamp = await read.then(
      (project) => stampOf(project, traced.trace()),
      (error) => describeSystemError(error) ?? String(error),
    );
    for (const path of traced.asked()) asked.add(path);
    return {
      stamp,
      paths: [...asked].map(here),
      run: () => reportErrors(async () => runOn(traced, await read), io),
    };
  };
  await watch({ look, written: here(lockPathIn(layoutOf(places.dir, places))), until: io.interrupted() });
  return 0;
}
