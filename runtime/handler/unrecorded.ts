import { isJsonObject, member } from "../base/json.js";

/**
 * A member that no type has, because nobody has seen it yet. Kiket may send more than is known: `unrecorded(payload, "weather")`, or
 * of an object in it `unrecorded(payload.issue, "mood")`. Check the type of the result before you use it. It is `undefined` if there
 * is no such member, or if the value is no object.
 */
export function unrecorded(value: unknown, name: string): unknown {
  return isJsonObject(value) ? member(value, name) : undefined;
}
