import { ConfigError } from "../../base/errors.js";
import type { Logger } from "../../base/logger.js";
import type { Extension } from "../extension.js";
import { factsOf } from "../extension-facts.js";
import { measure } from "./measuring.js";
import type { MetricsPlace } from "./metrics-options.js";
import { type MetricsServer, type MetricsText, openMetricsServer } from "./metrics-server.js";

/** Shows metrics, and says where. */
export async function openAndTell(
  place: MetricsPlace,
  read: () => Promise<MetricsText>,
  log: Logger,
): Promise<MetricsServer> {
  const server = await openMetricsServer(place, read, log);
  log.info("serving metrics", { url: server.url });
  return server;
}

/**
 * Shows the metrics of an extension in this process. Returns what closes them.
 * @param isOptional Whether the program runs without them if the address cannot be used. Then a line says so.
 * @throws {ConfigError} if prom-client is not installed, or `createExtension` did not make the extension; or if the address cannot be used.
 */
export async function openMetrics(
  extension: Extension,
  place: MetricsPlace,
  isOptional: boolean,
): Promise<() => Promise<void>> {
  // `kiket-gen dev` takes another port for that of the extension if it is open for a second alone, and secrets may take longer.
  await factsOf(extension)?.started();
  const { text, stop } = await measure(extension, place);
  try {
    const server = await openAndTell(place, text, extension.log);
    return async () => {
      stop();
      await server.close();
    };
  } catch (error) {
    stop();
    if (!isOptional || !(error instanceof ConfigError)) throw error;
    extension.log.warn(`No metrics: ${error.message}`);
    return async () => undefined;
  }
}
