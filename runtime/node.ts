import { programArguments } from "./base/process.js";
import type { Extension } from "./server/extension.js";
import type { AddressOptions } from "./server/listen-address.js";
import type { ListenFailure, ListenFailureCode } from "./server/listen-error.js";
import { type NodeHandler, toNodeHandler } from "./server/node-handler.js";
import { runProgram } from "./server/program.js";
import { runWorker } from "./server/running-worker.js";
import { serveHere } from "./server/serve-here.js";
import type { RunningServer, ServeOptions } from "./server/serve-options.js";

export { runAdapter } from "./ingestion/run-adapter.js";
export {
  type AddressOptions,
  type ListenFailure,
  type ListenFailureCode,
  type NodeHandler,
  type RunningServer,
  type ServeOptions,
  toNodeHandler,
};

/** What several processes need is loaded only for them. */
async function serveInProcesses(
  make: () => Extension | Promise<Extension>,
  options: ServeOptions,
  given?: Extension,
): Promise<RunningServer> {
  const { shareAmongProcesses } = await import("./server/cluster/share.js");
  return shareAmongProcesses(make, options, given);
}

/**
 * Serves an extension over HTTP with Node, until the server is closed or the process gets a signal to stop.
 * @throws {ConfigError} if the port is not valid, a time is out of range, deliveries are to be recorded and `fetch` is not that of
 *   `createExtension`, handlers are deferred and nobody has named a queue, or there are to be metrics and prom-client is not installed; and
 *   with `processes`, if the extension keeps verdicts in memory, or this program cannot be started once more.
 * @throws {ListenFailure} if the address is in use, is not an address of this machine, cannot be resolved, or is not permitted.
 *   It is a `ConfigError` with the system's `code`. For any other reason the system's own error is thrown.
 */
export async function serve(extension: Extension, options: ServeOptions = {}): Promise<RunningServer> {
  return options.processes === undefined
    ? serveHere(extension, options)
    : serveInProcesses(() => extension, options, extension);
}

/** Options of a program. Those of `serve` have no effect on a worker, but for `signals`, `closeWithin`, `metrics` and `env`. */
export interface RunOptions extends ServeOptions {
  /** How many deferred deliveries a worker handles at the same time, from 1 to 1000. Default: `KIKET_WORKER_CONCURRENCY`, else 10. */
  readonly concurrency?: number | undefined;
}

/**
 * Runs a complete program: makes the extension and serves it. For a `ConfigError`, only its message is written to stderr, the
 * result is undefined, and the process ends with exit code 1, when nothing is left to do or after 3 s. With `processes`, `make` is called
 * in each process that serves, and not in the one that starts them.
 *
 * Started with the argument `--worker`, the program takes deferred deliveries from the queue of the extension instead of serving; then the
 * result is undefined too. Other arguments are the program's own.
 * @throws Any other error of `make` or `serve`, unchanged.
 */
export function run(
  make: () => Extension | Promise<Extension>,
  options: RunOptions = {},
): Promise<RunningServer | undefined> {
  return runProgram(async () => {
    if (programArguments().includes("--worker")) {
      await runWorker(await make(), options);
      return undefined;
    }
    return options.processes === undefined ? serveHere(await make(), options) : serveInProcesses(make, options);
  });
}
