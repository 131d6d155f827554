import { firstLinkOut, type Host } from "../project/host.js";
import type { LockFile } from "../project/lock.js";
import { isStub, type PlannedFile, type RenderedFile } from "./plan.js";
import { stubMark } from "./stub-mark.js";

/** The planned files and those of the lock file, as they are on disk. */
export interface State {
  readonly lock: LockFile;
  /** Texts of the generated files that exist. A stub that exists has an empty text, because its text decides nothing here. */
  readonly files: ReadonlyMap<string, string>;
  /** Handlers of the lock file that are no longer planned, and that nobody has filled. */
  readonly unfilled: ReadonlySet<string>;
}

/** Reads the planned files and those in the lock file. Other files in the folders are not read. */
export async function readState(host: Host, lock: LockFile, planned: readonly PlannedFile[]): Promise<State> {
  const pathsOf = (ownership: PlannedFile["ownership"]) =>
    planned.filter((file) => file.ownership === ownership).map(({ path }) => path);
  const generated = new Set([...pathsOf("generated"), ...Object.keys(lock.lock?.files ?? {})]);
  const scaffolds = new Set([...pathsOf("scaffold"), ...(lock.lock?.handlers ?? [])]);
  const found = await Promise.all([
    ...[...generated].map(async (path) => [path, await host.read(path)] as const),
    ...[...scaffolds].map(async (path) => [path, (await host.exists(path)) ? "" : undefined] as const),
  ]);
  const files = new Map(found.flatMap(([path, text]) => (text === undefined ? [] : [[path, text] as const])));
  const wanted = new Set(pathsOf("scaffold"));
  const unfilled = new Set<string>();
  for (const path of lock.lock?.handlers ?? []) {
    if (!wanted.has(path) && files.has(path) && (await isUnfilledAt(host, path, "").catch(() => false)))
      unfilled.add(path);
  }
  return { lock, files, unfilled };
}

async function isUnfilledAt(host: Host, path: string, created: string): Promise<boolean> {
  // Where a link leads out of the project, nothing is read.
  if ((await firstLinkOut(host, [path])) !== undefined) return false;
  const text = await host.read(path);
  if (text === undefined || text === created) return true;
  return stubMark(text) !== "" && (await import("./unfilled-stub.js")).isUnfilled(text);
}

/** Paths of the stubs that are still as they were created, or that a run has yet to create. What cannot be read counts as filled. */
export async function unfilledStubs(host: Host, rendered: readonly RenderedFile[]): Promise<string[]> {
  const unfilled: string[] = [];
  for (const { planned, text } of rendered) {
    if (isStub(planned) && (await isUnfilledAt(host, planned.path, text).catch(() => false)))
      unfilled.push(planned.path);
  }
  return unfilled;
}
