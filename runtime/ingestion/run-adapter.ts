import { ConfigError } from "../base/errors.js";
import { consoleLogger, type Environment, exitNow, onStopSignal, processEnvironment } from "../base/process.js";
import { trimmedText } from "../base/text.js";
import { runProgram } from "../server/program.js";
import { runNormalizer } from "./claim-loop.js";
import { createIngestionClient } from "./client.js";
import type { NormalizedEvent, RawEvent } from "./types.js";

/**
 * A whole program: runs an evidence adapter in pull mode until SIGTERM or SIGINT, with the credentials of the environment (wire
 * contract §3.1): `KIKET_EXTENSION_RUNNER_API_KEY`, `KIKET_ORGANIZATION_ID`, and `KIKET_PLATFORM_BASE_URL`. The events in hand
 * are submitted first; a second signal ends the process at once. Where it is set up wrongly, what to correct is written to stderr,
 * and the process ends with status 1.
 */
export async function runAdapter(normalize: (rawEvent: RawEvent) => NormalizedEvent): Promise<void> {
  await runProgram(() => claimUntilStopped(normalize, processEnvironment()));
}

/** @throws {ConfigError} naming every variable that is missing, or the one that is unusable. */
async function claimUntilStopped(normalize: (rawEvent: RawEvent) => NormalizedEvent, env: Environment): Promise<void> {
  const required = ["KIKET_EXTENSION_RUNNER_API_KEY", "KIKET_ORGANIZATION_ID"] as const;
  const missing = required.filter((name) => trimmedText(env[name]) === undefined);
  if (missing.length > 0) throw new ConfigError(`Set ${missing.join(" and ")}`);
  const client = createIngestionClient({
    apiKey: env.KIKET_EXTENSION_RUNNER_API_KEY ?? "",
    organizationId: env.KIKET_ORGANIZATION_ID ?? "",
    baseUrl: env.KIKET_PLATFORM_BASE_URL,
  });
  const ending = new AbortController();
  const undo = onStopSignal((exitCode) => (ending.signal.aborted ? exitNow(exitCode) : ending.abort()));
  try {
    await runNormalizer({ client, normalize, logger: consoleLogger, signal: ending.signal });
  } finally {
    undo();
  }
}
