import type { Server } from "node:http";
import { serve as listen } from "srvx/node";
import { within } from "./base/deadline.js";
import { exitNow, exitSoon, onStopSignal } from "./base/process.js";
import { requireWholeNumber } from "./base/whole-number.js";
import { type Extension, graceMilliseconds } from "./server/extension.js";
import { type AddressOptions, resolveAddress } from "./server/listen-address.js";
import { type ListenFailure, type ListenFailureCode, listenFailure } from "./server/listen-error.js";
import { refuseBrokenRequest } from "./server/malformed-request.js";
import { afterwardsMilliseconds, runProgram } from "./server/program.js";

export { runAdapter } from "./ingestion/run-adapter.js";
export type { ListenFailure, ListenFailureCode };

export interface ServeOptions extends AddressOptions {
  /**
   * Default true: SIGTERM and SIGINT close the server, then the process ends with status 0, or 1 where a delivery had to be cut
   * off; a second signal ends it at once. False: signals are the program's own affair.
   */
  readonly signals?: boolean | undefined;
  /** Milliseconds that deliveries under way have to finish when the server closes. Default 10000. */
  readonly closeWithin?: number | undefined;
  /** Milliseconds that a client has to send a request's headers; past it 503, and the connection is closed. Default 10000. */
  readonly headersWithin?: number | undefined;
}

/** A listening extension. */
export interface RunningServer {
  /** Where it listens, without a trailing slash. */
  readonly url: string;
  /**
   * Takes no more connections, closes the extension, and waits until the last response is sent. What `closeWithin` was too
   * short for is told so by `context.signal`, and its connection is cut a second later.
   */
  close(): Promise<void>;
}

const sweepMilliseconds = 20;
/** For the last responses to leave, once every delivery is done or was told to stop. */
const lastMilliseconds = 1_000;
/** How often late headers are looked for, and Node's own limit for a whole request, which headers cannot exceed. */
const checkMilliseconds = 1_000;
const longestHeaders = 300_000;

/** Whether every connection ended by itself. One that is kept alive and idle would hold the server open until it times out. */
async function closeServer(server: Server, closeExtension: () => Promise<void>): Promise<boolean> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  await closeExtension();
  const sweep = setInterval(() => server.closeIdleConnections(), sweepMilliseconds);
  try {
    if (await within(closed, lastMilliseconds)) return true;
    server.closeAllConnections();
    await closed;
    return false;
  } finally {
    clearInterval(sweep);
  }
}

/**
 * Serves an extension over HTTP with Node, until it is closed or the process is told to stop.
 * @throws {ConfigError} where the port is no port, or a time is out of range.
 * @throws {ListenFailure} a `ConfigError` with the system's `code`, where the address is in use, is not of this machine, cannot
 *   be resolved, or is not permitted; the system's own error where it cannot listen for another reason.
 */
export async function serve(extension: Extension, options: ServeOptions = {}): Promise<RunningServer> {
  const { port, host } = resolveAddress(options);
  const closeWithin = requireWholeNumber("closeWithin", options.closeWithin ?? graceMilliseconds, 0);
  const headersWithin = requireWholeNumber("headersWithin", options.headersWithin ?? 10_000, 1, longestHeaders);
  const server = listen({
    fetch: (request) => extension.fetch(request),
    port,
    hostname: host,
    silent: true,
    gracefulShutdown: false,
    manual: true,
    node: {
      headersTimeout: headersWithin,
      connectionsCheckingInterval: Math.min(headersWithin, checkMilliseconds),
    },
  });
  try {
    await server.serve();
  } catch (cause) {
    throw listenFailure(cause, { host, port });
  }
  const node = server.node?.server as Server;
  node.on("clientError", refuseBrokenRequest);

  let closing: Promise<boolean> | undefined;
  let isStopping = false;
  const close = (): Promise<boolean> => {
    closing ??= closeServer(node, () => extension.close({ within: closeWithin }));
    return closing;
  };
  const stop = async (exitCode: number): Promise<void> => {
    if (isStopping) return exitNow(exitCode);
    isStopping = true;
    const isWhole = await close();
    exitSoon(isWhole ? 0 : 1, afterwardsMilliseconds);
  };
  const forgetSignals = options.signals === false ? () => undefined : onStopSignal((exitCode) => void stop(exitCode));

  const url = (server.url ?? `http://${host}:${port}`).replace(/\/$/, "");
  extension.log.info("listening", { url, handlers: extension.events.length });
  return {
    url,
    async close() {
      await close();
      forgetSignals();
    },
  };
}

/**
 * A whole program: makes the extension and serves it. Where either is set up wrongly (a `ConfigError`), its message alone is
 * written to stderr, the result is undefined, and the process ends with status 1: once nothing is left to do, and after 3 s at
 * the latest.
 * @throws any other error of `make` or `serve`, as it is.
 */
export function run(
  make: () => Extension | Promise<Extension>,
  options: ServeOptions = {},
): Promise<RunningServer | undefined> {
  return runProgram(async () => serve(await make(), options));
}
