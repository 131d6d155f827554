import { lstatSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hasShape } from "../base/shape.js";
import { type CacheFolder, findCacheFolder, readPlainFile } from "./cache-folder.js";

/** What was saved under a name. */
export interface Cached {
  /** Plain data. */
  readonly value: unknown;
  /** Whoever reads them checks them: a damaged text is returned as it is. */
  readonly texts: readonly string[];
}

/** Results of earlier runs. A cache is optional: reading and writing never fail, and a lost result is only made again. */
export interface Cache {
  /** What was written last under a name; `undefined` if nothing was, or if the file was damaged, or copied from elsewhere. */
  read(name: string): Cached | undefined;
  write(name: string, cached: Cached): void;
}

/** A larger file is neither read nor written. In bytes. */
const maxSize = 32 * 1024 * 1024;

/** Files that were not written for this long are deleted: their projects may be gone. In milliseconds. */
const maxAge = 30 * 24 * 60 * 60 * 1000;

interface Head {
  /** Of the folder, so that a file that came with a clone or an archive is not believed. */
  readonly folder: string;
  readonly project: string;
  readonly value: unknown;
}

/**
 * FNV-1a. It finds damage and makes a name of a path; it does not stop an attacker. It is here because loading node:crypto takes
 * longer than all that a run with nothing to do does. For the same reason it is not used for long texts.
 */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

function fileOf({ path, project }: CacheFolder, name: string): string {
  return join(path, `${checksum(project)}-${name}.json`);
}

/** Three lines: the checksum of the second, the head, the texts. */
function print(head: Head, texts: readonly string[]): string {
  const line = JSON.stringify(head);
  return `${checksum(line)}\n${line}\n${JSON.stringify(texts)}\n`;
}

function parse(content: string, folder: CacheFolder): Cached | undefined {
  const [sum, line = "", rest = ""] = content.split("\n");
  if (sum !== checksum(line)) return undefined;
  const [head, texts]: unknown[] = [JSON.parse(line), JSON.parse(rest)];
  if (!hasShape<Head>(head, { folder: "string", project: "string" }) || !hasShape<string[]>(texts, ["string"]))
    return undefined;
  return head.folder === folder.identity && head.project === folder.project ? { value: head.value, texts } : undefined;
}

/** Writes a file atomically: of two runs at the same time, one wins. */
function replaceFile(file: string, content: string): void {
  const temporary = `${file}.${process.pid}-${Math.random().toString(36).slice(2)}.tmp`;
  try {
    writeFileSync(temporary, content, { flag: "wx" });
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function deleteOldFiles(folder: string): void {
  const oldest = Date.now() - maxAge;
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    if (lstatSync(file).mtimeMs < oldest) rmSync(file);
  }
}

function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** The cache of a project, in its own file for each name. It is empty, and stays so, if there is no safe place for it. */
export function openCache(dir: string): Cache {
  return {
    read: (name) =>
      quietly(() => {
        const folder = findCacheFolder(dir, false);
        if (folder === undefined) return undefined;
        const content = readPlainFile(fileOf(folder, name), maxSize);
        return content === undefined ? undefined : parse(content, folder);
      }),
    write: (name, { value, texts }) =>
      quietly(() => {
        const folder = findCacheFolder(dir, true);
        if (folder === undefined) return;
        const content = print({ folder: folder.identity, project: folder.project, value }, texts);
        if (Buffer.byteLength(content) > maxSize) return;
        const file = fileOf(folder, name);
        const isNew = lstatSync(file, { throwIfNoEntry: false }) === undefined;
        replaceFile(file, content);
        if (isNew) deleteOldFiles(folder.path);
      }),
  };
}
