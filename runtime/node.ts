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
export type { AddressOptions, ListenFailure, ListenFailureCode };

export interface ServeOptions extends AddressOptions {
  /**
   * True: SIGTERM and SIGINT close the server, then the process ends with exit code 0, or 1 if a delivery was not finished. A second
   * signal ends it at once. False: the program handles signals itself. Default true.
   */
  readonly signals?: boolean | undefined;
  /** Milliseconds for deliveries in progress to finish when the server closes. Default 10000. */
  readonly closeWithin?: number | undefined;
  /** Timeout for receiving the headers of a request in milliseconds, then 503, and the connection is closed. Default 10000. */
  readonly headersWithin?: number | undefined;
}

/** A listening extension. */
export interface RunningServer {
  /** The address at which it listens, without a trailing slash. */
  readonly url: string;
  /**
   * Accepts no more connections, closes the extension, and waits until the last response is sent. For deliveries that are not
   * finished within `closeWithin`, `context.signal` is aborted, and their connections are closed a second later.
   */
  close(): Promise<void>;
}

const sweepMilliseconds = 20;
/** Time to send the last responses, after every delivery has finished or was aborted. */
const lastMilliseconds = 1_000;
/** How often Node looks for connections whose headers are late. */
const checkMilliseconds = 1_000;
/** Node's own timeout for a whole request. The timeout for headers cannot be longer. */
const longestHeaders = 300_000;

/**
 * Closes the server. False if connections had to be closed with a response unfinished. Idle connections are closed too: with
 * keep-alive the server would stay open until they time out.
 */
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
 * Serves an extension over HTTP with Node, until the server is closed or the process gets a signal to stop.
 * @throws {ConfigError} if the port is not valid, or a time is out of range.
 * @throws {ListenFailure} if the address is in use, is not an address of this machine, cannot be resolved, or is not permitted.
 *   It is a `ConfigError` with the system's `code`. For any other reason the system's own error is thrown.
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
 * Runs a complete program: makes the extension and serves it. For a `ConfigError`, only its message is written to stderr, the
 * result is undefined, and the process ends with exit code 1, when nothing is left to do or after 3 s.
 * @throws Any other error of `make` or `serve`, unchanged.
 */
export function run(
  make: () => Extension | Promise<Extension>,
  options: ServeOptions = {},
): Promise<RunningServer | undefined> {
  return runProgram(async () => serve(await make(), options));
}
