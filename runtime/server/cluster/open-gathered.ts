import type { Logger } from "../../base/logger.js";
import type { PromClient } from "../../metrics/prometheus-sink.js";
import { type Measured, toMeasured } from "../metrics/measured.js";
import type { MetricsPlace } from "../metrics/metrics-options.js";
import { openAndTell } from "../metrics/open-metrics.js";
import { loadPromClient } from "../metrics/prom-client.js";
import { createGathering, type Gathering } from "./gathering.js";

/** How long a process may take to tell what it has measured, in milliseconds. Prometheus waits 10 s for all. */
const answerMilliseconds = 1_000;

/** What several processes have measured as one registry. */
function registerOf({ AggregatorRegistry }: PromClient, lists: readonly (readonly Measured[])[]) {
  return AggregatorRegistry.aggregate(lists as unknown as object[]);
}

/**
 * Shows what several processes have measured, as one.
 * @param start Starts a process. `start` of the result is to be called instead.
 * @throws {ConfigError} if prom-client is not installed, or the address cannot be used.
 */
export async function openGathered(
  place: MetricsPlace,
  start: Gathering["start"],
  log: Logger,
): Promise<Pick<Gathering, "start"> & { readonly close: () => Promise<void> }> {
  const client = await loadPromClient();
  const gathering = createGathering(
    start,
    async (lists) => toMeasured(await registerOf(client, lists).getMetricsAsJSON()),
    answerMilliseconds,
  );
  const { close } = await openAndTell(
    place,
    async () => {
      const register = registerOf(client, await gathering.gather());
      return { text: await register.metrics(), contentType: register.contentType };
    },
    log,
  );
  return { start: gathering.start, close };
}
