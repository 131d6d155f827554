import { processEnvironment } from "../base/process.js";
import { consoleLogger } from "../logging/console-logger.js";
import { runProgram } from "../server/program.js";
import type { JoinedNormalizers } from "./normalizer.js";
import { transportOf } from "./transport.js";
import type { NormalizedEvent, RawEvent } from "./types.js";

/**
 * A complete program: runs an evidence adapter in pull mode until SIGTERM or SIGINT. It reads `KIKET_EXTENSION_RUNNER_API_KEY`,
 * `KIKET_ORGANIZATION_ID`, `KIKET_PLATFORM_BASE_URL`, `KIKET_EXTENSION_TRANSPORT` (`pull`, the default) and `KIKET_CLAIM_PAUSE`
 * (milliseconds, 5000 by default) from the environment. Claimed events are submitted before it ends; a second signal ends the process
 * at once. If a variable is missing or invalid, a message is written to stderr and the status is 1.
 */
export async function runAdapter(normalize: (rawEvent: RawEvent) => NormalizedEvent): Promise<void> {
  await runProgram(async () => {
    const env = processEnvironment();
    const run = transportOf(env);
    // Only the function that generated code makes says so.
    const { unfilled = [] } = normalize as Partial<JoinedNormalizers>;
    if (unfilled.length > 0) {
      consoleLogger.warn(`Events fail whose normaliser is not filled: ${unfilled.join(", ")}`, { stubs: unfilled });
    }
    await run(normalize, env);
  });
}
