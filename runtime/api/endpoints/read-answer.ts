import { ApiError, KiketError } from "../../base/errors.js";
import { isJsonObject, member } from "../../base/json.js";

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

/** The result of a call; `null` for a 404 only. */
export async function orNull<T>(call: Promise<T>): Promise<T | null> {
  // SDKs take every failure for a missing secret (facts 240, 1012).
  try {
    return await call;
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

/**
 * The list in a response: the first of the members that contains one, or the response itself. The items are not checked.
 * @throws {KiketError} if there is no list.
 */
export function listIn<Item>(body: unknown, what: string, members: readonly string[] = ["data"]): Item[] {
  const lists = isJsonObject(body) ? members.map((name) => member(body, name)) : [body];
  const list = lists.find((candidate) => Array.isArray(candidate));
  if (!Array.isArray(list)) throw new KiketError(`Unexpected response from Kiket: expected a list of ${what}.`);
  return list;
}

/**
 * The single object in a response, bare or in the member `wrapper`. It is recognised by the member `mark`, which it always has.
 * @throws {KiketError} if there is no such object.
 */
export function objectIn<T>(body: unknown, what: string, mark: keyof T & string, wrapper = "data"): T {
  // Sources disagree (facts 215, 285).
  const candidates = isJsonObject(body) ? [body, member(body, wrapper)] : [];
  const found = candidates.find((candidate) => isJsonObject(candidate) && member(candidate, mark) !== undefined);
  if (found === undefined) throw new KiketError(`Unexpected response from Kiket: missing ${what}.`);
  return found as T;
}

/** A time as ISO 8601. */
export function isoTime(moment: Date | string | undefined): string | undefined {
  return moment instanceof Date ? moment.toISOString() : moment;
}
