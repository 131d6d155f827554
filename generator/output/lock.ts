import { createHash } from "node:crypto";
import { compare } from "../base/naming.js";
import type { SchemaPaths } from "../contracts/schemas/paths.js";
import type { Layout } from "../project/layout.js";
import { leadsOut, plainPath } from "../project/paths.js";
import type { Fact } from "./manifest-fingerprint.js";
import { essenceOf } from "./normalise-source.js";

/** What the last run left: committed beside the generated files, so that any machine can tell what is its own. */
export interface Lock {
  /** What the files were made from, by name. */
  readonly facts: Readonly<Record<string, string>>;
  /** Generated files by path, with the hash of what they mean. */
  readonly files: Readonly<Record<string, string>>;
  /** Stubs that were created once. */
  readonly handlers: readonly string[];
}

export const emptyLock: Lock = { facts: {}, files: {}, handlers: [] };

/** Hash of a generated file's meaning: the same after a formatter went over it. */
export function essenceHash(text: string): string {
  return createHash("sha256").update(essenceOf(text)).digest("base64url");
}

function isTextRecord(value: unknown): value is Record<string, string> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((item) => typeof item === "string")
  );
}

/** A path that this generator could have written: below its folder. */
function isBelow(folder: string, path: string): boolean {
  return !leadsOut(path) && plainPath(path).startsWith(`${folder}/`);
}

/** Reads a lock; one that cannot be read counts as none, and then nothing is ever deleted. */
export function parseLock(text: string | undefined, layout: Layout): Lock {
  if (text === undefined) return emptyLock;
  try {
    const { facts, files, handlers } = JSON.parse(text) as Partial<Lock>;
    if (!isTextRecord(facts) || !isTextRecord(files) || !Array.isArray(handlers)) return emptyLock;
    return {
      facts,
      files: Object.fromEntries(Object.entries(files).filter(([path]) => isBelow(layout.out, path))),
      handlers: handlers.filter((path) => typeof path === "string" && isBelow(layout.handlers, path)),
    };
  } catch {
    return emptyLock;
  }
}

function sorted(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => compare(a, b)));
}

/** The lock's text: one line an entry, so that two branches merge. `schemas`: where the user's own stand. */
export function printLock(
  facts: readonly Fact[],
  files: Lock["files"],
  handlers: readonly string[],
  schemas: SchemaPaths | undefined,
): string {
  const lock: Lock = {
    facts: Object.fromEntries(facts.map(({ name, hash }) => [name, hash])),
    files: sorted(files),
    handlers: [...handlers].sort(compare),
  };
  return `${JSON.stringify({ ...lock, schemas }, null, 2)}\n`;
}
