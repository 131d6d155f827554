import * as client from "prom-client";
import type { Extension } from "./server/extension.js";
import { attachRegister } from "./server/metrics/attach-register.js";
import type { PrometheusRegister } from "./server/metrics/metrics-options.js";

/**
 * Counts what an extension does in a registry of prom-client, for a program that shows its metrics itself. Several extensions may have the same
 * registry. `serve(extension, { metrics })` shows them without this.
 * @param register A `Registry` of prom-client. Default: `register` of prom-client.
 * @returns What ends that.
 * @throws {ConfigError} if `createExtension` did not make the extension, or the registry has other metrics with the same names.
 */
export function collectMetrics(extension: Extension, register: PrometheusRegister = client.register): () => void {
  return attachRegister(extension, client, register as client.Registry);
}
