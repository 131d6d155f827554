import { createHash } from "node:crypto";
import { fingerprint } from "../base/version.gen.js";
import type { Host } from "./host.js";

/** Where the packages are, tools keep what may be lost and is never committed. */
const packages = "node_modules";

function fileOf(name: string): string {
  return `${packages}/.cache/${name}.json`;
}

/** The same for the same texts in the same order. */
export function hashOf(...texts: readonly string[]): string {
  const digest = createHash("sha256");
  for (const text of texts) digest.update(`${text.length}:${text}`);
  return digest.digest("base64url");
}

/** The key of what this build of the tool makes of these texts. */
export function keyOf(...texts: readonly string[]): string {
  return hashOf(fingerprint, ...texts);
}

function digestOf(key: string, value: unknown): string {
  return hashOf(key, JSON.stringify(value));
}

/** What was stored under a name and a key, as it was; `undefined` where there is nothing, or nothing to be relied on. */
export async function readCached(host: Host, name: string, key: string): Promise<unknown> {
  try {
    const found = JSON.parse((await host.read(fileOf(name))) ?? "");
    return found.key === key && found.digest === digestOf(key, found.value) ? found.value : undefined;
  } catch {
    return undefined;
  }
}

/** Stores the newest value of a name. Does nothing where no packages are installed, or the disk refuses: it may be lost. */
export async function writeCached(host: Host, name: string, key: string, value: unknown): Promise<void> {
  try {
    if (!(await host.exists(packages))) return;
    await host.replace(fileOf(name), JSON.stringify({ key, digest: digestOf(key, value), value }));
  } catch {
    // A full or read-only disk is told where it keeps the run from its work.
  }
}
