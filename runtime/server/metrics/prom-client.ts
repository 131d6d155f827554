import { ConfigError, reasonOf } from "../../base/errors.js";
import type { PromClient } from "../../metrics/prometheus-sink.js";

/** @throws {ConfigError} if it is not installed. */
export async function loadPromClient(): Promise<PromClient> {
  try {
    // In this form a bundler includes it where it is installed, and goes on where it is not.
    return await import("prom-client");
  } catch (cause) {
    const [reason] = reasonOf(cause).split("\n");
    throw new ConfigError(`Metrics for Prometheus need the package prom-client: npm install prom-client (${reason})`, {
      cause,
    });
  }
}
