import type { components } from "../api.gen.js";
import type { ApiClient } from "../client.js";
import { objectIn } from "./read-answer.js";
import { type FromWire, fromWire } from "./wire-names.js";

type WireRateLimit = components["schemas"]["RateLimit"];

/** Calls left in the current window, and its length and end in seconds (wire contract §2.6). */
export type RateLimit = FromWire<WireRateLimit>;

/** The call itself counts. */
export async function readRateLimit(api: ApiClient): Promise<RateLimit> {
  const { data } = await api.GET("/api/v1/ext/rate_limit");
  return fromWire(objectIn<WireRateLimit>(data, "rate limit", "limit", "rate_limit"));
}
