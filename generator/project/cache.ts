import { createHash } from "node:crypto";
import { fingerprint } from "../base/version.gen.js";
import type { Host } from "./host.js";

/** The folder of installed packages. Tools keep caches in it, because it is never committed and can be deleted at any time. */
const packages = "node_modules";

function fileOf(name: string): string {
  return `${packages}/.cache/${name}.json`;
}

/** Equal for equal texts in the same order. */
export function hashOf(...texts: readonly string[]): string {
  const digest = createHash("sha256");
  for (const text of texts) digest.update(`${text.length}:${text}`);
  return digest.digest("base64url");
}

/** The key of a result that this build of kiket-gen makes from these texts. */
export function keyOf(...texts: readonly string[]): string {
  return hashOf(fingerprint, ...texts);
}

function digestOf(key: string, value: unknown): string {
  return hashOf(key, JSON.stringify(value));
}

/** The value that was stored with a name and a key; `undefined` if there is none, or if the file was changed. */
export async function readCached(host: Host, name: string, key: string): Promise<unknown> {
  try {
    const found = JSON.parse((await host.read(fileOf(name))) ?? "");
    return found.key === key && found.digest === digestOf(key, found.value) ? found.value : undefined;
  } catch {
    return undefined;
  }
}

/** Stores the newest value of a name. Does nothing if no packages are installed or if writing fails, because a cache is optional. */
export async function writeCached(host: Host, name: string, key: string, value: unknown): Promise<void> {
  try {
    if (!(await host.exists(packages))) return;
    await host.replace(fileOf(name), JSON.stringify({ key, digest: digestOf(key, value), value }));
  } catch {
    // A full or read-only disk is reported when writing the output fails.
  }
}
