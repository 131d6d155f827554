import { isRunByDev, processEnvironment } from "../../base/process.js";
import type { Extension } from "../extension.js";
import { type MetricsChoice, resolveMetrics } from "./metrics-options.js";

/**
 * Shows the metrics of an extension in this process, if somebody has asked for them: only then what they need is loaded. Returns what closes them,
 * to be called last.
 * @param taken The port of the extension.
 * @throws {ConfigError} if an option is not valid, prom-client is not installed, or the address cannot be used.
 */
export async function beginMetrics(
  extension: Extension,
  choice: MetricsChoice,
  taken?: number,
): Promise<() => Promise<void>> {
  const place = resolveMetrics(choice, taken);
  if (place === undefined) return async () => undefined;
  const { openMetrics } = await import("./open-metrics.js");
  // `kiket-gen dev` runs a project as it is; a port that another program has, perhaps the same project once more, must not stop its author.
  const isDeveloped = isRunByDev(choice.env ?? processEnvironment());
  return openMetrics(extension, place, isDeveloped);
}
