import { type Environment, exitNow, onStopSignal, processEnvironment, requireVariables } from "../base/process.js";
import { consoleLogger } from "../logging/console-logger.js";
import { atLevel, resolveLogLevel } from "../logging/log-level.js";
import { runProgram } from "../server/program.js";
import { runNormalizer } from "./claim-loop.js";
import { createIngestionClient } from "./client.js";
import type { JoinedNormalizers } from "./normalizer.js";
import type { NormalizedEvent, RawEvent } from "./types.js";

/**
 * A complete program: runs an evidence adapter in pull mode until SIGTERM or SIGINT. It reads `KIKET_EXTENSION_RUNNER_API_KEY`,
 * `KIKET_ORGANIZATION_ID` and `KIKET_PLATFORM_BASE_URL` from the environment. Claimed events are submitted before it ends; a second
 * signal ends the process at once. If a variable is missing or invalid, a message is written to stderr and the status is 1.
 */
export async function runAdapter(normalize: (rawEvent: RawEvent) => NormalizedEvent): Promise<void> {
  await runProgram(() => claimUntilStopped(normalize, processEnvironment()));
}

/** @throws {ConfigError} that names all missing variables, or the invalid one. */
async function claimUntilStopped(normalize: (rawEvent: RawEvent) => NormalizedEvent, env: Environment): Promise<void> {
  // Kiket's runners use the same names for key and URL (fact 306).
  const given = requireVariables(env, ["KIKET_EXTENSION_RUNNER_API_KEY", "KIKET_ORGANIZATION_ID"]);
  // Only the function that generated code makes says so.
  const { unfilled = [] } = normalize as Partial<JoinedNormalizers>;
  if (unfilled.length > 0) {
    consoleLogger.warn(`Events fail whose normaliser is not filled: ${unfilled.join(", ")}`, { stubs: unfilled });
  }
  const client = createIngestionClient({
    apiKey: given.KIKET_EXTENSION_RUNNER_API_KEY,
    organizationId: given.KIKET_ORGANIZATION_ID,
    baseUrl: env.KIKET_PLATFORM_BASE_URL,
  });
  const ending = new AbortController();
  const undo = onStopSignal((exitCode) => (ending.signal.aborted ? exitNow(exitCode) : ending.abort()));
  try {
    await runNormalizer({
      client,
      normalize,
      logger: atLevel(consoleLogger, resolveLogLevel(undefined, env)),
      signal: ending.signal,
    });
  } finally {
    undo();
  }
}
