import { createHash } from "node:crypto";
import { jsonText } from "../base/invisible-characters.js";
import { compare } from "../base/naming.js";
import type { Lock, SavedPlaces } from "../project/lock.js";
import { keptSchemas, type SchemaPaths } from "../project/schema-paths.js";
import type { Fact } from "./manifest-fingerprint.js";
import { essenceOf } from "./normalise-source.js";

/** Hash of a generated file's meaning: a formatter or a linter's directive does not change it. */
export function essenceHash(text: string): string {
  return createHash("sha256").update(essenceOf(text)).digest("base64url");
}

function sorted(record: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => compare(a, b)));
}

/** The text of the lock file: one line for each entry, so that two branches can be merged. `schemas` and `places`: what later runs use without options. */
export function printLock(
  facts: readonly Fact[],
  files: Lock["files"],
  handlers: readonly string[],
  schemas: SchemaPaths,
  places: SavedPlaces,
): string {
  const kept = keptSchemas(schemas);
  const lock = {
    facts: Object.fromEntries(facts.map(({ name, hash }) => [name, hash])),
    files: sorted(files),
    handlers: [...handlers].sort(compare),
    ...(Object.keys(kept).length === 0 ? {} : { schemas: kept }),
    ...(Object.keys(places).length === 0 ? {} : { places }),
  };
  return `${jsonText(lock, 2)}\n`;
}
