import { dirname } from "node:path";
import { changedPaths, type Fingerprints, foldersIn, isHalfDone, writtenAt } from "./fingerprints.js";
import type { Waker } from "./waker.js";

// No part of the system tells about every change, so the files are looked at, as with `kiket-gen --watch`. What the system does tell makes
// a look come sooner. All times are in milliseconds.

/** How often the files are looked at if nothing is told; more seldom where that itself takes long. */
const pollTime = 250;
/** The share of the time that looking may take is one in this number. */
const pollShare = 20;
/** Editors write a file in several steps. What changes within this time is one change. */
const quietTime = 25;
/** A file that is gone or empty may come back: git and editors replace files in steps. */
const longestGap = 500;
/** Files that change all the time are taken after this time nevertheless. */
const longestNoise = 2000;

/** What looking needs. */
export interface Looking {
  readonly waker: Waker;
  readonly fingerprints: (paths: Iterable<string>) => Fingerprints;
  /** Of a clock that is never set. */
  readonly now: () => number;
  /** The lock of a git command that is at work. */
  readonly gitLock: () => string | undefined;
  /** Is told the lock if git takes long. */
  readonly onGit: (lock: string) => void;
}

export interface Change {
  readonly paths: readonly string[];
  /** When it was seen first, by the clock that is never set. */
  readonly at: number;
}

/** What the files were when they were last used. */
export interface Baseline {
  /** Notes these paths as they are, and those before them as they were: what changes from now on is a change. */
  note(paths: Iterable<string>): void;
  /** Notes paths that became known while they were used since `start`, in milliseconds since 1970. One written since then has changed. */
  discover(paths: Iterable<string>, start: number): void;
  /** What was noted of these paths. */
  known(paths: Iterable<string>): Fingerprints;
  /** Resolves as soon as something has changed and nobody is writing it; undefined after `end`. Call it again only then. */
  next(): Promise<Change | undefined>;
  /** The pending `next`, or the one that follows, resolves at once without a path. */
  poke(): void;
  /** A pending `next` resolves with nothing. */
  end(): void;
}

async function untilQuiet(before: Fingerprints, looking: Looking, hasEnded: () => boolean): Promise<Fingerprints> {
  const { waker, fingerprints, now, gitLock, onGit } = looking;
  const paths = [...before.keys()];
  const start = now();
  let known = fingerprints(paths);
  let hasSaid = false;
  while (!hasEnded()) {
    // An event during this time is one of the steps.
    await new Promise((resolve) => setTimeout(resolve, quietTime));
    const lock = gitLock();
    const next = fingerprints(paths);
    const passed = now() - start;
    if (lock !== undefined) {
      if (passed > longestNoise && !hasSaid) onGit(lock);
      hasSaid ||= passed > longestNoise;
      await waker.pause(pollTime);
      continue;
    }
    const isQuiet = changedPaths(known, next).length === 0;
    if (isQuiet && (passed > longestGap || !isHalfDone(before, next))) return next;
    if (passed > longestNoise) return next;
    known = next;
  }
  return known;
}

export function createBaseline(looking: Looking): Baseline {
  const { waker, fingerprints, now } = looking;
  let base = new Map<string, string>();
  let ended = false;
  let poked = false;
  const follow = () => waker.follow(new Set([...foldersIn(base), ...[...base.keys()].map((path) => dirname(path))]));

  return {
    note(paths) {
      const asked = new Set(paths);
      base = new Map([...fingerprints(asked)]);
      follow();
    },
    discover(paths, start) {
      const fresh = [...paths].filter((path) => !base.has(path));
      for (const [path, print] of fingerprints(fresh)) base.set(path, writtenAt(path) >= start ? "unknown" : print);
      follow();
    },
    known: (paths) => new Map([...paths].map((path) => [path, base.get(path) ?? "unknown"])),
    async next() {
      let interval = pollTime;
      let isFirst = true;
      while (!ended) {
        // What has changed before the first look is a change too.
        if (!isFirst) await waker.pause(interval);
        isFirst = false;
        const start = now();
        if (poked) {
          poked = false;
          return { paths: [], at: start };
        }
        const seen = fingerprints(base.keys());
        interval = Math.max(pollTime, (now() - start) * pollShare);
        if (changedPaths(base, seen).length === 0) continue;
        const settled = await untilQuiet(base, looking, () => ended);
        const changed = changedPaths(base, settled);
        base = new Map(settled);
        if (changed.length > 0) return { paths: changed, at: start };
      }
      return undefined;
    },
    poke() {
      poked = true;
      waker.wake();
    },
    end() {
      ended = true;
      waker.wake();
    },
  };
}
