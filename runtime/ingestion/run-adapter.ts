import { ConfigError } from "../base/errors.js";
import { consoleLogger, exitNow, onStopSignal, processEnvironment } from "../base/process.js";
import { runNormalizer } from "./claim-loop.js";
import { createIngestionClient } from "./client.js";
import type { NormalizedEvent, RawEvent } from "./types.js";

/**
 * Runs an evidence adapter in pull mode until SIGTERM or SIGINT, with the credentials of the environment (wire contract §3.1):
 * `KIKET_EXTENSION_RUNNER_API_KEY`, `KIKET_ORGANIZATION_ID`, and `KIKET_PLATFORM_BASE_URL`. The events in hand are submitted
 * first; a second signal ends the process at once.
 * @throws {ConfigError} naming every variable that is missing.
 */
export async function runAdapter(normalize: (rawEvent: RawEvent) => NormalizedEvent): Promise<void> {
  const env = processEnvironment();
  const required = ["KIKET_EXTENSION_RUNNER_API_KEY", "KIKET_ORGANIZATION_ID"] as const;
  const missing = required.filter((name) => (env[name] ?? "") === "");
  if (missing.length > 0) throw new ConfigError(`Set ${missing.join(" and ")}`);
  const ending = new AbortController();
  const undo = onStopSignal((exitCode) => (ending.signal.aborted ? exitNow(exitCode) : ending.abort()));
  try {
    const client = createIngestionClient({
      apiKey: env.KIKET_EXTENSION_RUNNER_API_KEY ?? "",
      organizationId: env.KIKET_ORGANIZATION_ID ?? "",
      baseUrl: env.KIKET_PLATFORM_BASE_URL,
    });
    await runNormalizer({ client, normalize, logger: consoleLogger, signal: ending.signal });
  } finally {
    undo();
  }
}
