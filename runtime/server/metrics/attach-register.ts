import type { Registry } from "prom-client";
import { ConfigError } from "../../base/errors.js";
import { type PromClient, prometheusSink } from "../../metrics/prometheus-sink.js";
import { factsOf } from "../extension-facts.js";

/**
 * Counts what an extension does in a registry. Returns what ends that.
 * @throws {ConfigError} if `createExtension` did not make the extension, or the registry has other metrics with the same names.
 */
export function attachRegister(
  extension: { readonly fetch: object; readonly close?: object },
  client: PromClient,
  register: Registry,
): () => void {
  const facts = factsOf(extension);
  if (facts === undefined) throw new ConfigError("Metrics need an extension that createExtension has made");
  return facts.attachMetrics(prometheusSink(client, register));
}
