import { missingPackage } from "../../base/package/missing-package.js";
import type { PromClient } from "../../metrics/prometheus-sink.js";

/** @throws {ConfigError} if it is not installed. */
export async function loadPromClient(): Promise<PromClient> {
  try {
    // In this form a bundler includes it where it is installed, and goes on where it is not.
    return await import("prom-client");
  } catch (cause) {
    throw missingPackage("Metrics for Prometheus need", ["prom-client"], cause);
  }
}
