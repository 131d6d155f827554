import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { within } from "./base/deadline.js";
import { exitNow, exitSoon, onStopSignal, processEnvironment } from "./base/process.js";
import { requireWholeNumber } from "./base/whole-number.js";
import { type Extension, graceMilliseconds } from "./server/extension.js";
import { requireNamedQueue } from "./server/extension-facts.js";
import { type AddressOptions, resolveAddress } from "./server/listen-address.js";
import { type ListenFailure, type ListenFailureCode, listenFailure } from "./server/listen-error.js";
import { type NodeHandler, nodeHandlerOf, toNodeHandler } from "./server/node-handler.js";
import { createNodeServer } from "./server/node-server.js";
import { afterwardsMilliseconds, runProgram } from "./server/program.js";
import { recordDeliveries } from "./server/record-deliveries.js";

export { runAdapter } from "./ingestion/run-adapter.js";
export { type AddressOptions, type ListenFailure, type ListenFailureCode, type NodeHandler, toNodeHandler };

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
  /**
   * Milliseconds that a connection stays open for the next request. It must be longer than the idle timeout of the load balancer
   * before this server, which otherwise answers 502 now and then. Default 75000, for load balancers that close after 60 s, as most
   * do. Google Cloud's closes after 600 s: set 620000.
   */
  readonly keepAliveTimeout?: number | undefined;
  /**
   * A folder. Each verified delivery is written there as a recording, without tokens and secrets but with personal data, for
   * `kiket-gen replay` and tests: the newest 500, at most 64 MiB. Default: `KIKET_RECORD` in the environment, else nothing is
   * recorded.
   */
  readonly record?: string | undefined;
}

/** A listening extension. */
export interface RunningServer {
  /** The address at which it listens, without a trailing slash. */
  readonly url: string;
  /** Node's server, for its events and the settings that `serve` has no option for. To close it, call `close` of this object. */
  readonly server: Server;
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
async function closeServer(
  server: Server,
  unused: ReadonlySet<Socket>,
  closeExtension: () => Promise<void>,
): Promise<boolean> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  await closeExtension();
  const sweep = setInterval(() => {
    server.closeIdleConnections();
    // Node does not count them as idle. Load balancers open connections in advance.
    for (const socket of unused) socket.destroy();
  }, sweepMilliseconds);
  try {
    if (await within(closed, lastMilliseconds)) return true;
    server.closeAllConnections();
    await closed;
    return false;
  } finally {
    clearInterval(sweep);
  }
}

/** Connections on which no request has begun. */
function unusedConnections(server: Server): ReadonlySet<Socket> {
  const unused = new Set<Socket>();
  const used = ({ socket }: IncomingMessage): void => void unused.delete(socket);
  server.on("connection", (socket: Socket) => {
    unused.add(socket);
    socket.once("close", () => unused.delete(socket));
  });
  server.on("request", used).on("checkContinue", used).on("checkExpectation", used);
  return unused;
}

/** @throws {ListenFailure} if the server cannot listen because of its address. */
function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (cause: Error): void => reject(listenFailure(cause, { host, port }));
    server.once("error", onError).listen(port, host, () => {
      server.off("error", onError);
      resolve();
    });
  });
}

function urlOf({ address, port, family }: AddressInfo): string {
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}

/**
 * Serves an extension over HTTP with Node, until the server is closed or the process gets a signal to stop.
 * @throws {ConfigError} if the port is not valid, a time is out of range, deliveries are to be recorded and `fetch` is not that of
 *   `createExtension`, or handlers are deferred and nobody has named a queue.
 * @throws {ListenFailure} if the address is in use, is not an address of this machine, cannot be resolved, or is not permitted.
 *   It is a `ConfigError` with the system's `code`. For any other reason the system's own error is thrown.
 */
export async function serve(extension: Extension, options: ServeOptions = {}): Promise<RunningServer> {
  const { port, host } = resolveAddress(options);
  const closeWithin = requireWholeNumber("closeWithin", options.closeWithin ?? graceMilliseconds, 0);
  const headersWithin = requireWholeNumber("headersWithin", options.headersWithin ?? 10_000, 1, longestHeaders);
  const keepAliveTimeout = requireWholeNumber("keepAliveTimeout", options.keepAliveTimeout ?? 75_000, 1);
  requireNamedQueue(extension);
  recordDeliveries(extension, options.record, options.env ?? processEnvironment());
  const server = createNodeServer(
    nodeHandlerOf(extension),
    {
      headersTimeout: headersWithin,
      connectionsCheckingInterval: Math.min(headersWithin, checkMilliseconds),
      keepAliveTimeout,
    },
    extension.log,
  );
  const unused = unusedConnections(server);
  await listen(server, port, host);

  let closing: Promise<boolean> | undefined;
  let isStopping = false;
  const close = (): Promise<boolean> => {
    closing ??= closeServer(server, unused, () => extension.close({ within: closeWithin }));
    return closing;
  };
  const stop = async (exitCode: number): Promise<void> => {
    if (isStopping) return exitNow(exitCode);
    isStopping = true;
    const isWhole = await close();
    exitSoon(isWhole ? 0 : 1, afterwardsMilliseconds);
  };
  const forgetSignals = options.signals === false ? () => undefined : onStopSignal((exitCode) => void stop(exitCode));

  const url = urlOf(server.address() as AddressInfo);
  extension.log.info("listening", { url, handlers: extension.events.length });
  return {
    url,
    server,
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
