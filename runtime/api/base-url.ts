import { parseHttpUrl, requireHttpUrl } from "../base/http-url.js";
import { isJsonObject, type JsonObject, member, nonEmptyText } from "../base/json.js";

/** Removes trailing slashes and a trailing `/api/v1`, since sources disagree on the base (fact 200). */
function baseOf({ origin, pathname }: URL): string {
  const path = pathname.replace(/\/+$/, "").replace(/\/api\/v1$/, "");
  return origin + path.replace(/\/+$/, "");
}

/**
 * The address of Kiket without `/api/v1` and without a slash at the end.
 * @throws {ConfigError} if it is not an http or https URL. The message contains the name of the option.
 */
export function requireBaseUrl(name: string, text: string): string {
  return baseOf(requireHttpUrl(name, text));
}

/**
 * The base URL for a delivery's calls. The payload may name another path of the configured origin, or an allowed origin. Any
 * other origin is ignored. Only for a verified delivery.
 */
export function outboundBaseUrl(configured: string, allowed: ReadonlySet<string>, payload: JsonObject): string {
  // See facts 137 and 207.
  const api = member(payload, "api");
  const text = isJsonObject(api) ? nonEmptyText(member(api, "base_url")) : undefined;
  const wanted = text === undefined ? undefined : parseHttpUrl(text);
  if (wanted === undefined) return configured;
  const isAllowed = wanted.origin === new URL(configured).origin || allowed.has(wanted.origin);
  return isAllowed ? baseOf(wanted) : configured;
}
