import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { within } from "../../base/deadline.js";
import { KiketError } from "../../base/errors.js";
import type { Logger } from "../../base/logger.js";
import { listenAt } from "../listen.js";
import { metricsAddress } from "../listen-address.js";
import type { MetricsPlace } from "./metrics-options.js";

/** A server that shows metrics. */
export interface MetricsServer {
  /** The address of the metrics. */
  readonly url: string;
  /** Accepts no more connections, and closes those that are open after a second. */
  close(): Promise<void>;
}

/** How long a client may take to send its request, and to read the answer. Prometheus itself waits 10 s. */
const clientMilliseconds = 10_000;
/** How often Node looks for requests that are late. */
const checkMilliseconds = 1_000;
/** Connections at the same time. Prometheus has one. */
const mostConnections = 32;
const closeMilliseconds = 1_000;
const plainText = "text/plain; charset=utf-8";

/** All metrics in a format that Prometheus reads. */
export interface MetricsText {
  readonly text: string;
  readonly contentType: string;
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Shows text at one path, to GET only. Each connection has one request, and is cut off if the client is slow.
 * @param clientWithin Milliseconds to send the request, and then to read the answer.
 * @throws {ListenFailure} if it cannot listen because of its address.
 */
export async function openMetricsServer(
  { port, host, path }: Pick<MetricsPlace, "port" | "host" | "path">,
  read: () => Promise<MetricsText>,
  log: Logger,
  clientWithin: number = clientMilliseconds,
): Promise<MetricsServer> {
  let reading: Promise<MetricsText> | undefined;
  /** A metric of the program may be read for ever: then the next who asks has it read once more. */
  const readInTime = async (): Promise<MetricsText> => {
    try {
      const text = read();
      if (await within(text, clientWithin)) return await text;
      throw new KiketError(`They were not read within ${clientWithin / 1000} s`);
    } finally {
      reading = undefined;
    }
  };
  /** All who ask while the values are read get the same text. */
  const readShared = (): Promise<MetricsText> => {
    reading ??= readInTime();
    return reading;
  };
  const answerTo = async ({ method, url = "", headers }: IncomingMessage): Promise<Answer> => {
    if (url.split("?")[0] !== path) return { status: 404, text: `Not found. The metrics are at ${path}.\n` };
    if (method !== "GET") return { status: 405, text: "Only GET is supported.\n", headers: { allow: "GET" } };
    if (headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0) {
      return { status: 413, text: "A request for metrics has no body.\n" };
    }
    try {
      const { text, contentType } = await readShared();
      return { status: 200, text, type: contentType };
    } catch (error) {
      log.error("The metrics cannot be read", { error });
      return { status: 500, text: "The metrics cannot be read. The log says why.\n" };
    }
  };
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    request.resume();
    const late = setTimeout(() => response.destroy(), clientWithin);
    response.once("close", () => clearTimeout(late));
    const { status, text, type = plainText, headers = {} } = await answerTo(request);
    const length = Buffer.byteLength(text);
    response
      .writeHead(status, { ...headers, "content-type": type, "content-length": length, connection: "close" })
      .end(text);
  };
  const server = createServer(
    {
      headersTimeout: clientWithin,
      requestTimeout: clientWithin,
      connectionsCheckingInterval: Math.min(clientWithin, checkMilliseconds),
    },
    (request, response) => void handle(request, response),
  );
  server.maxConnections = mostConnections;
  const url = await listenAt(server, { port, host, names: metricsAddress });
  return {
    url: `${url}${path}`,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      if (!(await within(closed, closeMilliseconds))) server.closeAllConnections();
      await closed;
    },
  };
}
