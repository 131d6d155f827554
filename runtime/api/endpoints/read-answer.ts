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
  const found = findObject<T>(body, mark, wrapper);
  if (found === undefined) throw new KiketError(`Unexpected response from Kiket: missing ${what}.`);
  return found;
}

function findObject<T>(body: unknown, mark: keyof T & string, wrapper: string): T | undefined {
  // Sources disagree (facts 215, 285).
  const candidates = isJsonObject(body) ? [body, member(body, wrapper)] : [];
  const isFound = (candidate: unknown) => isJsonObject(candidate) && member(candidate, mark) !== undefined;
  return candidates.find(isFound) as T | undefined;
}

/**
 * The same for the response to a write. The write has happened, whatever the response contains: an error would make the handler
 * fail, and the delivery would write again. So this never throws, and members may be missing.
 */
export function writtenIn<T>(body: unknown, mark: keyof T & string, wrapper = "data"): Partial<T> {
  const wrapped = isJsonObject(body) ? member(body, wrapper) : undefined;
  const rest = isJsonObject(wrapped) ? wrapped : isJsonObject(body) ? body : {};
  return findObject<T>(body, mark, wrapper) ?? (rest as Partial<T>);
}

/** A time as ISO 8601. */
export function isoTime(moment: Date | string | undefined): string | undefined {
  return moment instanceof Date ? moment.toISOString() : moment;
}
