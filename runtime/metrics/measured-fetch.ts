import type { Fetch } from "../base/fetch.js";
import { secondsSince } from "./measured-delivery.js";
import type { Metrics } from "./sinks.js";

/** Others are `other`: a program may send any word. */
const methods: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]);

/**
 * Measures each request until its status arrives. Without one, the status is `aborted`, if time ran out or the caller gave up, or else
 * `error`.
 */
export function measuredFetch(fetch: Fetch, metrics: Metrics): Fetch {
  return async (input, init) => {
    if (!metrics.isOn()) return fetch(input, init);
    const given = init?.method ?? (input instanceof Request ? input.method : "GET");
    const method = methods.has(given) ? given : "other";
    const startedAt = performance.now();
    let status = "error";
    try {
      const response = await fetch(input, init);
      status = String(response.status);
      return response;
    } catch (error) {
      if (init?.signal?.aborted === true) status = "aborted";
      throw error;
    } finally {
      metrics.record("kiket.api.duration", secondsSince(startedAt), { method, status });
    }
  };
}
