import type { IncomingMessage, Server } from "node:http";
import { Server as NetServer, type Socket } from "node:net";
import { within } from "../base/deadline.js";
import { processEnvironment } from "../base/process.js";
import { requireWholeNumber } from "../base/whole-number.js";
import { type JsonReply, reply } from "../receive/replies.js";
import { type Extension, graceMilliseconds } from "./extension.js";
import { factsOf, requireNamedQueue } from "./extension-facts.js";
import { listenAt } from "./listen.js";
import { resolveAddress } from "./listen-address.js";
import { nodeHandlerOf } from "./node-handler.js";
import { createNodeServer } from "./node-server.js";
import { withReadiness } from "./readiness.js";
import { recordDeliveries } from "./record-deliveries.js";
import type { ServeOptions } from "./serve-options.js";

/** An extension that listens in this process. */
export interface Listener {
  readonly url: string;
  readonly server: Server;
  /** Closes server and extension. Resolves to false if a connection was closed before its response. */
  close(): Promise<boolean>;
  /**
   * The same, for a process that another one takes over from: accepts no connection from now on, and first answers what comes on those
   * that are open.
   */
  handOver(): Promise<boolean>;
}

const sweepMilliseconds = 20;
/** Time to send the last responses, after every delivery has finished or was aborted. */
const lastMilliseconds = 1_000;
/** How often Node looks for connections whose headers are late. */
const checkMilliseconds = 1_000;
/** Node's own timeout for a whole request. The timeout for headers cannot be longer. */
const longestHeaders = 300_000;
/** How long a process that is replaced goes on answering on connections that are open, unless an option says so. */
const handOverMilliseconds = 5_000;

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

/** Accepts no more connections. Resolves when none is open. The method of an HTTP server would close those that are idle. */
function stopAccepting(server: Server): Promise<void> {
  return new Promise((resolve) => NetServer.prototype.close.call(server, () => resolve()));
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

/** In milliseconds. `drain` is undefined if no option says so. */
export interface EndTimes {
  readonly closeWithin: number;
  readonly drain: number | undefined;
}

/** @throws {ConfigError} if a time is out of range. */
export function resolveEndTimes({ closeWithin = graceMilliseconds, drainTime }: ServeOptions): EndTimes {
  return {
    closeWithin: requireWholeNumber("closeWithin", closeWithin, 0),
    drain: drainTime === undefined ? undefined : requireWholeNumber("drainTime", drainTime, 0),
  };
}

/**
 * Listens in this process, once secrets of sources are loaded. `readiness` is what `/ready` answers while the server is open; undefined if the
 * extension itself answers.
 * @throws {ConfigError} as `serve` does.
 */
export async function openListener(
  extension: Extension,
  options: ServeOptions,
  readiness: () => JsonReply | undefined = () => undefined,
): Promise<Listener> {
  const { port, host } = resolveAddress(options);
  const { closeWithin, drain } = resolveEndTimes(options);
  const headersWithin = requireWholeNumber("headersWithin", options.headersWithin ?? 10_000, 1, longestHeaders);
  const keepAliveTimeout = requireWholeNumber("keepAliveTimeout", options.keepAliveTimeout ?? 75_000, 1);
  requireNamedQueue(extension);
  recordDeliveries(extension, options.record, options.env ?? processEnvironment());
  await factsOf(extension)?.started();

  let state: "open" | "handing-over" | "draining" | "closing" = "open";
  const readinessNow = (): JsonReply | undefined => {
    if (state === "draining") return reply(503, { status: "stopping" });
    return state === "closing" ? undefined : readiness();
  };
  const isLast = (): boolean => state !== "open";
  const server = createNodeServer(
    withReadiness(nodeHandlerOf(extension, isLast), `${extension.basePath}/ready`, readinessNow, isLast),
    {
      headersTimeout: headersWithin,
      connectionsCheckingInterval: Math.min(headersWithin, checkMilliseconds),
      keepAliveTimeout,
    },
    extension.log,
    (failure) => factsOf(extension)?.countRefusal(failure),
  );
  const unused = unusedConnections(server);
  const url = await listenAt(server, { port, host });

  let closing: Promise<boolean> | undefined;
  const closeNow = (): Promise<boolean> => {
    state = "closing";
    return closeServer(server, unused, () => extension.close({ within: closeWithin }));
  };
  const drainFirst = async (): Promise<boolean> => {
    state = "draining";
    await new Promise((resolve) => setTimeout(resolve, drain));
    return closeNow();
  };
  const handOver = async (): Promise<boolean> => {
    state = "handing-over";
    await within(stopAccepting(server), drain ?? handOverMilliseconds);
    return closeNow();
  };
  return {
    url,
    server,
    close() {
      closing ??= drain === undefined || drain === 0 ? closeNow() : drainFirst();
      return closing;
    },
    handOver() {
      closing ??= handOver();
      return closing;
    },
  };
}
