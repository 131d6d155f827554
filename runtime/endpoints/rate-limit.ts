import type { components } from "../api.gen.js";
import type { ApiClient } from "../api-client.js";
import { KiketError } from "../errors.js";
import { type FromWire, fromWire } from "./wire-names.js";

/** Calls left in the current window, and its length and end in seconds (wire contract §2.6). */
export type RateLimit = FromWire<components["schemas"]["RateLimit"]>;

/** The call itself counts. */
export async function readRateLimit(api: ApiClient): Promise<RateLimit> {
  const { data } = await api.GET("/api/v1/ext/rate_limit");
  if (data?.rate_limit === undefined) throw new KiketError("Kiket's answer holds no rate limit.");
  return fromWire(data.rate_limit);
}
