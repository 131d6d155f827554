import { createHash } from "node:crypto";
import { type BigIntStats, readdirSync, statSync } from "node:fs";
import { readRegular } from "../../project/host.js";

/** What is at each path, as a text that differs if anything that matters differs. */
export type Fingerprints = ReadonlyMap<string, string>;

/** Nothing is there. */
const gone = "gone";
/** A file without content: an editor has opened it and has not written it yet. */
const empty = "empty";

/** Some file systems keep times in steps of two seconds: within one, a file can change twice with the same times. In milliseconds. */
const timeStep = 2000;
/** Larger files are not read. */
const mostBytes = 4 * 1024 * 1024;

/**
 * Names in a folder that matter: folders and code. Not hidden files, which editors and `kiket-gen` make for a moment, nor packages and what
 * builds write, nor data: a program that writes a file beside its sources when it starts would be started for ever.
 */
const named = /^(?!\.|node_modules$|dist$|4913$)(?:[^.]*|.*\.(?:[cm]?[jt]sx?|json|ya?ml))$/;

function statsAt(path: string): BigIntStats | string {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false }) ?? gone;
  } catch (error) {
    const { code = "error" } = error as NodeJS.ErrnoException;
    return code === "ENOTDIR" ? gone : code;
  }
}

function contentOf(path: string, stats: BigIntStats, mark: string): string {
  try {
    if (stats.isDirectory()) {
      const names = readdirSync(path).filter((name) => named.test(name));
      return `folder ${names.sort().join("/")}`;
    }
    if (stats.size === 0n) return empty;
    if (!stats.isFile() || stats.size > mostBytes) return mark;
    return createHash("sha1").update(readRegular(path)).digest("base64");
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "error";
  }
}

/** Takes fingerprints. A file is read again only where its times or its size say that it may have changed. */
export function createFingerprints(now: () => number): (paths: Iterable<string>) => Fingerprints {
  const known = new Map<string, { readonly mark: string; readonly print: string; readonly at: number }>();

  function printOf(path: string): string {
    const stats = statsAt(path);
    if (typeof stats === "string") return stats;
    const mark = [stats.dev, stats.ino, stats.mode, stats.size, stats.mtimeNs, stats.ctimeNs].join(" ");
    const before = known.get(path);
    const changed = Math.max(Number(stats.mtimeMs), Number(stats.ctimeMs));
    if (before !== undefined && before.mark === mark && before.at - changed > timeStep) return before.print;
    const at = now();
    const print = contentOf(path, stats, mark);
    known.set(path, { mark, print, at });
    return print;
  }

  return (paths) => new Map([...paths].map((path) => [path, printOf(path)]));
}

/** Paths whose fingerprints differ, in the order of `after`. A path that `before` does not have is not one of them. */
export function changedPaths(before: Fingerprints, after: Fingerprints): string[] {
  return [...after].flatMap(([path, print]) => (before.has(path) && before.get(path) !== print ? [path] : []));
}

/** Whether a file that was there is gone or empty: whoever replaces it may not have written it yet. */
export function isHalfDone(before: Fingerprints, after: Fingerprints): boolean {
  const isThere = (print: string | undefined) => print !== undefined && print !== gone && print !== empty;
  return [...after].some(([path, print]) => !isThere(print) && isThere(before.get(path)));
}

/** Folders among the paths. */
export function foldersIn(prints: Fingerprints): string[] {
  return [...prints].flatMap(([path, print]) => (print.startsWith("folder ") ? [path] : []));
}

/** When a file was written, in milliseconds since 1970; 0 if there is none. */
export function writtenAt(path: string): number {
  const stats = statsAt(path);
  return typeof stats === "string" ? 0 : Number(stats.mtimeNs / 1_000_000n);
}
