import type { Host } from "../project/host.js";
import type { LockFile } from "../project/lock.js";
import type { PlannedFile } from "./plan.js";

/** The project's output folders as they are. */
export interface State {
  readonly lock: LockFile;
  /** Texts of generated files that are there, planned or left over; for scaffolds an entry, for they are never read. */
  readonly files: ReadonlyMap<string, string>;
}

/** Reads what is planned and what the lock knows of; nothing else in the folders is looked at. */
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
