import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isUsageError } from "../../base/usage-error.js";
import { gitLockOf, type Marks, marksOf } from "../../project/file-marks.js";
import { describeSystemError, type Host } from "../../project/host.js";
import { readProject } from "../../project/read-project.js";
import { isSameAnswer, type Trace, tracedHost } from "../../project/trace.js";
import type { GenerateJob } from "../arguments.js";
import type { Io } from "../command.js";
import { hostOf } from "../open-project.js";
import { generateAndRemember } from "./generate-and-print.js";

// No part of the system tells about every change: what watches files loses those in folders that were renamed or came later, those on
// network drives, and all that is past the limit of the system. So the files are looked at instead, which takes a fraction of a
// millisecond for a usual project. All times are in milliseconds.

/** How often the files are looked at; more seldom where that itself takes long. */
const pollTime = 250;
/** The share of the time that looking may take is one in this number. */
const pollShare = 20;
/** Editors write a file in several steps. What changes within this time is one change. */
const quietTime = 50;
/** A file that is gone may come back: git, editors and people replace files in steps. */
const goneTime = 1000;
/** A file that changes all the time is read after this time nevertheless. */
const longestWait = 2000;
/** A run that failed may succeed later without any change: disks become free. */
const retryTime = 5000;
/** After so many runs in a row that do not find on the disk what they wrote, only the marks of files count. */
const mostSurprises = 3;

/** What a run left. */
export interface Ran {
  /** All that it read or wrote. */
  readonly paths: readonly string[];
  /** `undefined` if the file system answered with an error. */
  readonly trace: Trace | undefined;
  /** What kept it from its end. */
  readonly problem: string | undefined;
}

/** The time and the disk, as far as waiting for a change needs them. */
export interface Surroundings {
  readonly marks: (paths: readonly string[]) => Marks;
  readonly isSame: (trace: Trace) => Promise<boolean>;
  /** The lock of a git command that is at work. */
  readonly gitLock: () => string | undefined;
  /** Of a clock that is never set. */
  readonly now: () => number;
  /** Returns at once when the watch ends. */
  readonly pause: (milliseconds: number) => Promise<void>;
  readonly hasEnded: () => boolean;
  readonly say: (line: string) => void;
}

/** Waits until git and whoever else changes the files is done. `existing`: paths where something was after the run. */
async function untilQuiet(paths: readonly string[], existing: readonly string[], around: Surroundings): Promise<void> {
  const isGone = ({ missing }: Marks) => existing.some((path) => missing.has(path));
  const start = around.now();
  let known = around.marks(paths);
  let free = start;
  let hasSaid = false;
  while (!around.hasEnded()) {
    await around.pause(isGone(known) ? goneTime : quietTime);
    const lock = around.gitLock();
    const next = around.marks(paths);
    const now = around.now();
    if (lock === undefined) {
      if (next.text === known.text || (now - free > longestWait && !isGone(next))) return;
      known = next;
      continue;
    }
    free = now;
    known = { ...next, text: lock };
    if (now - start > longestWait && !hasSaid) {
      around.say(`waiting for git, because ${lock} exists; delete this file if no git command is running`);
      hasSaid = true;
    }
  }
}

function existingIn({ texts, exists }: Trace): string[] {
  return [...Object.keys(texts), ...Object.keys(exists).filter((path) => exists[path])];
}

/** Waits until the disk is no longer as a run left it, or until a failed run may be tried again. */
async function untilChanged({ paths, trace, problem }: Ran, around: Surroundings): Promise<void> {
  const { text: first, missing } = around.marks(paths);
  const wasThere = trace === undefined ? paths.filter((path) => !missing.has(path)) : existingIn(trace);
  // The first look compares texts: something may have changed during the run.
  let known = trace === undefined ? first : undefined;
  const end = problem === undefined ? Number.POSITIVE_INFINITY : around.now() + retryTime;
  let interval = pollTime;
  while (!around.hasEnded()) {
    await around.pause(interval);
    const start = around.now();
    const { text, isFresh } = around.marks(paths);
    const mayDiffer = text !== known || (isFresh && trace !== undefined);
    known = text;
    if (mayDiffer && !(trace !== undefined && (await around.isSame(trace)))) {
      await untilQuiet(paths, wasThere, around);
      if (trace === undefined || !(await around.isSame(trace))) return;
    }
    if (start > end) return;
    interval = Math.max(pollTime, (around.now() - start) * pollShare);
  }
}

/** Runs once, and then whenever the disk is no longer as the run before left it, until `hasEnded`. */
export async function watch(run: (before: Ran | undefined) => Promise<Ran>, around: Surroundings): Promise<void> {
  let ran: Ran | undefined;
  let surprises = 0;
  while (!around.hasEnded()) {
    ran = await run(ran);
    const { trace } = ran;
    surprises = trace === undefined || (await around.isSame(trace)) ? 0 : surprises + 1;
    await untilChanged(surprises > mostSurprises ? { ...ran, trace: undefined } : ran, around);
  }
}

/** Puts the time of day before each line. */
function withTime(io: Io): Io {
  const stamped = (text: string, dim: (text: string) => string) => {
    const time = io.now().toTimeString().slice(0, "HH:MM:SS".length);
    return text.replace(/^(?=.)/gm, `${dim(time)}  `);
  };
  return {
    ...io,
    out: (text) => io.out(stamped(text, io.outStyle.dim)),
    err: (text) => io.err(stamped(text, io.errStyle.dim)),
  };
}

/** The error of a run that another state of the disk may not have; throws all others. */
function described(error: unknown): string {
  const text = isUsageError(error) ? error.message : describeSystemError(error);
  if (text === undefined) throw error;
  return text;
}

async function runOnce(host: Host, job: GenerateJob, io: Io, before: Ran | undefined): Promise<Ran> {
  const traced = tracedHost(host);
  let problem: string | undefined;
  try {
    await generateAndRemember(traced, await readProject(traced.host, job.places), job, io);
  } catch (error) {
    // Options that are wrong from the start end the command.
    if (before === undefined && isUsageError(error)) throw error;
    problem = described(error);
  }
  if (problem !== undefined && problem !== before?.problem) io.err(`kiket-gen: ${problem}\n`);
  if (problem === undefined || problem !== before?.problem) io.out("watching for changes; press Ctrl+C to stop\n");
  return { paths: traced.asked(), trace: problem === undefined ? traced.trace() : undefined, problem };
}

/** Generates, and again after every change, until the user interrupts. */
export async function watchProject({ places, ...job }: GenerateJob, io: Io): Promise<number> {
  // The working directory may be deleted and come back as another folder.
  const dir = resolve(places.dir);
  await hostOf(places.dir, io);
  const host = io.host(dir);
  const timed = withTime(io);
  const end = new AbortController();
  void io.interrupted().then(() => end.abort());
  await watch((before) => runOnce(host, { ...job, places: { ...places, dir } }, timed, before), {
    marks: (paths) => marksOf(dir, paths, io.now().getTime()),
    isSame: (trace) => isSameAnswer(host, trace),
    gitLock: () => gitLockOf(dir),
    now: () => performance.now(),
    pause: (milliseconds) => sleep(milliseconds, undefined, { signal: end.signal }).catch(() => {}),
    hasEnded: () => end.signal.aborted,
    say: (line) => timed.out(`${line}\n`),
  });
  return 0;
}
