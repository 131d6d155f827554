import { parseHttpUrl, requireHttpUrl } from "../base/http-url.js";
import { isJsonObject, type JsonObject, member, nonEmptyText } from "../base/json.js";

/** Trailing slashes and a trailing `/api/v1` are dropped (wire contract A4). */
function baseOf({ origin, pathname }: URL): string {
  const path = pathname.replace(/\/+$/, "").replace(/\/api\/v1$/, "");
  return origin + path.replace(/\/+$/, "");
}

/**
 * Kiket's address, without a slash at the end and without `/api/v1`.
 * @throws {ConfigError} where it is no http(s) URL; the name is the option's.
 */
export function requireBaseUrl(name: string, text: string): string {
  return baseOf(requireHttpUrl(name, text));
}

/**
 * Where a delivery's calls go. Its payload may name another path of the configured origin, or an origin that is allowed;
 * anything else is ignored (wire contract A3). Only for a delivery that was verified.
 */
export function outboundBaseUrl(configured: string, allowed: ReadonlySet<string>, payload: JsonObject): string {
  const api = member(payload, "api");
  const text = isJsonObject(api) ? nonEmptyText(member(api, "base_url")) : undefined;
  const wanted = text === undefined ? undefined : parseHttpUrl(text);
  if (wanted === undefined) return configured;
  const isAllowed = wanted.origin === new URL(configured).origin || allowed.has(wanted.origin);
  return isAllowed ? baseOf(wanted) : configured;
}
