import type { Host } from "../project/host.js";
import type { LockFile } from "../project/lock.js";
import type { PlannedFile } from "./plan.js";

/** The planned files and those of the lock file, as they are on disk. */
export interface State {
  readonly lock: LockFile;
  /** Texts of the generated files that exist. A stub that exists has an empty text, because it is never read. */
  readonly files: ReadonlyMap<string, string>;
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
  return { lock, files: new Map(found.flatMap(([path, text]) => (text === undefined ? [] : [[path, text] as const]))) };
}
