import { ConfigError } from "../base/errors.js";
import { exitSoon, tell } from "../base/process.js";

/** For the program's own things to end, once the runtime's have. */
export const afterwardsMilliseconds = 3_000;

/**
 * Runs a program. A `ConfigError` is the user's to correct: its message alone is written to stderr, the result is undefined, and
 * the process ends with status 1 once nothing is left to do, and after 3 s at the latest. Any other error is a defect, and is
 * thrown with its stack.
 */
export async function runProgram<Result>(main: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await main();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    tell(error.message);
    exitSoon(1, afterwardsMilliseconds);
    return undefined;
  }
}
