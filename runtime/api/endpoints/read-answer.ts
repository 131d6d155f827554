import { ApiError, KiketError } from "../../base/errors.js";
import { isJsonObject, member } from "../../base/json.js";

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

/** `null` for a real 404, and for nothing else (wire contract A15). */
export async function orNull<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call;
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

/**
 * The list in an answer: under one of the members, the first that holds one, or the answer itself. What the items are is the
 * OpenAPI document's word.
 * @throws {KiketError} where there is none.
 */
export function listIn<Item>(body: unknown, what: string, members: readonly string[] = ["data"]): Item[] {
  const lists = isJsonObject(body) ? members.map((name) => member(body, name)) : [body];
  const list = lists.find((candidate) => Array.isArray(candidate));
  if (!Array.isArray(list)) throw new KiketError(`Kiket's answer holds no list of ${what}.`);
  return list;
}

/**
 * The single object in an answer, bare or wrapped (wire contract A16, A20): it is known by a member that it always has.
 * @throws {KiketError} where there is none.
 */
export function objectIn<T>(body: unknown, what: string, mark: keyof T & string, wrapper = "data"): T {
  const candidates = isJsonObject(body) ? [body, member(body, wrapper)] : [];
  const found = candidates.find((candidate) => isJsonObject(candidate) && member(candidate, mark) !== undefined);
  if (found === undefined) throw new KiketError(`Kiket's answer holds no ${what}.`);
  return found as T;
}

/** A moment as ISO 8601. */
export function isoTime(moment: Date | string | undefined): string | undefined {
  return moment instanceof Date ? moment.toISOString() : moment;
}
