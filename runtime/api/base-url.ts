import { isJsonObject, type JsonObject, member, nonEmptyText } from "../base/json.js";
import { normalizeBaseUrl } from "../config/config.js";

/**
 * Where a delivery's calls go. Its payload may name another path of the configured origin, or an origin that is allowed;
 * anything else is ignored (wire contract A3). Only for a delivery that was verified.
 */
export function outboundBaseUrl(configured: string, allowed: ReadonlySet<string>, payload: JsonObject): string {
  const api = member(payload, "api");
  const text = isJsonObject(api) ? nonEmptyText(member(api, "base_url")) : undefined;
  const wanted = text === undefined ? undefined : normalizeBaseUrl(text);
  if (wanted === undefined) return configured;
  const { origin } = new URL(wanted);
  return origin === new URL(configured).origin || allowed.has(origin) ? wanted : configured;
}
