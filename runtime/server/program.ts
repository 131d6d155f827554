import { ConfigError } from "../base/errors.js";
import { exitNow, exitSoon, onStopSignal, printError } from "../base/process.js";
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

/**
 * Closes at the first signal to stop; then the process ends with status 0, or with 1 if `close` resolves to false. A second signal ends it at once,
 * after `atOnce`. `onSignal` says which signals these are: by default SIGTERM and SIGINT. Returns a function that undoes this.
 */
export function endOnSignals(
  close: () => Promise<boolean>,
  atOnce: () => void = () => undefined,
  onSignal: (listener: (exitCode: number) => void) => () => void = onStopSignal,
): () => void {
  let isStopping = false;
  const stop = async (exitCode: number): Promise<void> => {
    if (isStopping) {
      atOnce();
      return exitNow(exitCode);
    }
    isStopping = true;
    const isWhole = await close();
    exitSoon(isWhole ? 0 : 1, afterwardsMilliseconds);
  };
  return onSignal((exitCode) => void stop(exitCode));
}
