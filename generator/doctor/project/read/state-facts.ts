import { lstatSync, readdirSync } from "node:fs";
import { join, sep } from "node:path";
import { isObject } from "../../../base/shape.js";
import {
  keptFiles,
  launchFile,
  readPrivateFile,
  type StateFolder,
  stateFolderName,
} from "../../../dev/state-folder.js";
import { ownFolder } from "../../../project/cache-folder.js";
import type { StateFacts } from "../rules/state.js";

/** Larger files of `dev` do not count. In bytes. */
const largest = 64 * 1024 * 1024;

/** More entries are not counted. */
const mostEntries = 10_000;

function sizeOf(folder: string): number {
  let [bytes, entries] = [0, 0];
  const waiting = [folder];
  for (let next = waiting.pop(); next !== undefined && entries < mostEntries; next = waiting.pop()) {
    for (const entry of readdirSync(next, { withFileTypes: true })) {
      entries += 1;
      const path = join(next, entry.name);
      // Links in a build lead into the project.
      if (entry.isDirectory()) waiting.push(path);
      else if (entry.isFile()) bytes += lstatSync(path, { throwIfNoEntry: false })?.size ?? 0;
    }
  }
  return bytes;
}

/** What is at `.kiket-gen` of a project. `folder`: absolute, without links. Throws errors of the file system. */
export function readStateFacts(folder: string): StateFacts {
  const path = join(folder, stateFolderName);
  const stats = lstatSync(path, { throwIfNoEntry: false });
  const nothing = { mode: undefined, ignored: [], bytes: 0 };
  if (stats === undefined) return { kind: "none", ...nothing };
  if (stats.isSymbolicLink()) return { kind: "link", ...nothing };
  if (!stats.isDirectory()) return { kind: "file", ...nothing };
  if (ownFolder(path) === undefined) return { kind: "others", ...nothing };
  const names = [launchFile, ...Object.values(keptFiles)];
  const ignored = names.flatMap((name) => {
    const { objection } = readPrivateFile(join(path, name), largest);
    return objection === undefined ? [] : [{ name, objection }];
  });
  return { kind: "folder", mode: sep === "\\" ? undefined : stats.mode, ignored, bytes: sizeOf(path) };
}

function keysOf(value: unknown): readonly string[] {
  return isObject(value) ? Object.keys(value) : [];
}

/** Names of the secrets that the local Kiket has kept: those of the project, and those that extensions have stored. */
export async function keptSecrets(state: StateFolder | undefined): Promise<readonly string[]> {
  try {
    const { data } = JSON.parse((await state?.storage.read(keptFiles.kiket)) ?? "{}") as { data?: unknown };
    if (!isObject(data)) return [];
    const { progress } = data;
    const stores = isObject(progress) && isObject(progress.secretStores) ? Object.values(progress.secretStores) : [];
    const stored = stores
      .flatMap((store) => (Array.isArray(store) ? store : []))
      .flatMap((each: unknown) => (isObject(each) && typeof each.key === "string" ? [each.key] : []));
    return [...keysOf(data.secrets), ...stored];
  } catch {
    // A file that dev cannot read either.
    return [];
  }
}
