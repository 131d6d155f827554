import type { Registry } from "prom-client";
import type { Extension } from "../extension.js";
import { attachRegister } from "./attach-register.js";
import { type Measured, toMeasured } from "./measured.js";
import type { MetricsPlace } from "./metrics-options.js";
import type { MetricsText } from "./metrics-server.js";
import { loadPromClient } from "./prom-client.js";

/** What an extension and its process have measured. */
export interface Measuring {
  text(): Promise<MetricsText>;
  /** The same as plain data. */
  values(): Promise<readonly Measured[]>;
  /** Nothing more is measured, and no queue is read any more. */
  stop(): void;
}

/** Some metric that prom-client has for each process. Who collects them in the same registry already must not have them twice. */
const oneOfProcess = "process_cpu_seconds_total";

/** @throws {ConfigError} if prom-client is not installed, or `createExtension` did not make the extension. */
export async function measure(extension: Extension, place: MetricsPlace): Promise<Measuring> {
  const client = await loadPromClient();
  const register = (place.register as Registry | undefined) ?? new client.Registry();
  const stop = attachRegister(extension, client, register);
  if (place.processMetrics && register.getSingleMetric(oneOfProcess) === undefined) {
    client.collectDefaultMetrics({ register });
  }
  return {
    text: async () => ({ text: await register.metrics(), contentType: register.contentType }),
    values: async () => toMeasured(await register.getMetricsAsJSON()),
    stop,
  };
}
