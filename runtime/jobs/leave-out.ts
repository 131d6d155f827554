import { ConfigError } from "../base/errors.js";
import { isJsonObject, type JsonObject, member, nonEmptyText } from "../base/json.js";

/** Parts of a delivery that a queue need not store. */
export type LeftOutPart = "token" | "secrets";

const parts: readonly LeftOutPart[] = ["token", "secrets"];

/** The object without a member. What is no object stays as it is. */
function without(object: unknown, key: string): unknown {
  if (!isJsonObject(object)) return object;
  const { [key]: _left, ...others } = object;
  return others;
}

/** @throws {ConfigError} for a name that is none of a part. */
export function requireParts(names: readonly LeftOutPart[] = []): readonly LeftOutPart[] {
  const unknown = names.find((name) => !parts.includes(name));
  if (unknown === undefined) return names;
  throw new ConfigError(
    `leaveOut takes ${parts.map((part) => `"${part}"`).join(" and ")}, not ${JSON.stringify(unknown)}`,
  );
}

/** Wherever the text is, such as in a header: a token contains no character that JSON escapes. */
function withoutText(content: JsonObject, text: string): JsonObject {
  const json = JSON.stringify(content);
  return json.includes(text) ? JSON.parse(json.replaceAll(text, "[left out]")) : content;
}

function withoutToken({ auth, payload, ...others }: JsonObject): JsonObject {
  const token = isJsonObject(auth) ? nonEmptyText(member(auth, "runtimeToken")) : undefined;
  const authentication = isJsonObject(payload) ? member(payload, "authentication") : undefined;
  const left = {
    ...others,
    auth: isJsonObject(auth) ? { ...auth, runtimeToken: null } : auth,
    payload: isJsonObject(authentication)
      ? { ...(payload as JsonObject), authentication: without(authentication, "runtime_token") }
      : payload,
  };
  return token === undefined ? left : withoutText(left, token);
}

/**
 * The content of a job without these parts. A handler then has no runtime token, as in a delivery that was signed only, so its calls need a
 * workspace token; and no secrets and settings of the delivery, only those of the process.
 */
export function leaveOut(content: JsonObject, names: readonly LeftOutPart[]): JsonObject {
  const left = names.includes("token") ? withoutToken(content) : content;
  return names.includes("secrets") ? { ...left, payload: without(member(left, "payload"), "secrets") } : left;
}
