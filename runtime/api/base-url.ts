import { isJsonObject, type JsonObject, member, nonEmptyText } from "../base/json.js";

/** Trailing slashes and a trailing `/api/v1` are dropped (wire contract A4); undefined where it is no http(s) URL. */
export function normalizeBaseUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") return undefined;
  if (url.username !== "" || url.password !== "") return undefined;
  const path = url.pathname.replace(/\/+$/, "").replace(/\/api\/v1$/, "");
  return url.origin + path.replace(/\/+$/, "");
}

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
