import { ConfigError } from "../base/errors.js";
import { exitSoon, printError } from "../base/process.js";
import { escapeInvisible } from "../logging/visible-text.js";

/** How long the program's own work may take after the runtime has ended. */
export const afterwardsMilliseconds = 3_000;

/**
 * Runs a program. A `ConfigError` can be fixed by the user: only its message is written to stderr, the result is undefined, and the
 * process ends with status 1 when nothing is left to do, or after 3 s. Any other error is a bug and is thrown.
 */
export async function runProgram<Result>(main: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await main();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    printError(error.message.split("\n").map(escapeInvisible).join("\n"));
    exitSoon(1, afterwardsMilliseconds);
    return undefined;
  }
}
