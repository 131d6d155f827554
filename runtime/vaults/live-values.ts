import { ConfigError } from "../base/errors.js";
import { type JsonObject, member, parseJsonObject } from "../base/json.js";
import type { LiveValues } from "./secret-source.js";

/** The values, the newest first, without equal and empty ones. Undefined if the newest is missing or empty: that withdraws the secret. */
export function liveValues([newest, ...older]: readonly (string | undefined)[]): LiveValues | undefined {
  if (newest === undefined || newest === "") return undefined;
  const others = new Set(older.filter((value) => value !== undefined && value !== "" && value !== newest));
  return [newest, ...(others as Set<string>)];
}

/** The entries whose secret has a live value. */
export function withValues(
  entries: readonly (readonly [name: string, values: LiveValues | undefined])[],
): ReadonlyMap<string, LiveValues> {
  return new Map(entries.flatMap(([name, values]) => (values === undefined ? [] : [[name, values]])));
}

/** For a previous version: one that may not or cannot be used is not live. While it cannot be asked for, it may be. */
export function noneIfUnusable(error: unknown): undefined {
  if (!(error instanceof ConfigError)) throw error;
}

/**
 * A secret as text, exact: also a byte order mark at the start stays.
 * @param where How a message names the secret.
 * @throws {ConfigError} if the bytes are not UTF-8.
 */
export function secretText(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ConfigError(`${where} is not text in UTF-8. Store binary data as base64, and decode it in the handler.`);
  }
}

/**
 * One field of the versions of a secret that has several, the newest version first. A previous version without such a text has none.
 * @param where How a message names the secret.
 * @throws {ConfigError} if the field of the newest version is not text.
 */
export function liveField(
  versions: readonly (JsonObject | undefined)[],
  field: string,
  where: string,
): LiveValues | undefined {
  const [newest, ...older] = versions.map((version) => (version === undefined ? undefined : member(version, field)));
  if (newest !== undefined && newest !== null && typeof newest !== "string") {
    throw new ConfigError(`${where} has a value that is not text under ${JSON.stringify(field)}. Store it in quotes.`);
  }
  return typeof newest === "string"
    ? liveValues([newest, ...older.map((value) => (typeof value === "string" ? value : undefined))])
    : undefined;
}

/**
 * The fields in the JSON of a secret, the newest version first. A previous version that is not a JSON object has none.
 * @throws {ConfigError} if the newest version is not a JSON object.
 */
export function secretObjects(texts: readonly string[], where: string): readonly (JsonObject | undefined)[] {
  const objects = texts.map(parseJsonObject);
  if (texts.length > 0 && objects[0] === undefined) throw new ConfigError(`${where} is not a JSON object.`);
  return objects;
}
