import { createServer, type IncomingMessage, type ServerOptions, type ServerResponse, STATUS_CODES } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type HeadRefusal, loopbackAddress } from "./foreign-request.js";
import { type RequestHead, readHead } from "./request-head.js";

/** A server on 127.0.0.1. */
export interface LoopbackServer {
  readonly port: number;
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string;
  /** Closes open connections too. */
  close(): Promise<void>;
}

export interface LoopbackHandlers {
  /** Decides by the head alone, before anything else is done with a request. The port is the one that is listened on. */
  readonly refuse: (head: RequestHead, port: number) => HeadRefusal | undefined;
  /** Called for every other request. A rejection closes the connection. */
  readonly handle: (head: RequestHead, incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>;
  /** On every answer that is not made by `handle`. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Node's limits for what a connection may send, and how many there may be. */
export type ConnectionLimits = Pick<
  ServerOptions,
  "maxHeaderSize" | "headersTimeout" | "requestTimeout" | "connectionsCheckingInterval"
> & { readonly maxConnections?: number };

/** In bytes. Larger bodies are not kept. */
const largestBody = 10 * 1024 * 1024;

/** The whole body; `undefined` if it was larger than 10 MiB. Then the rest is read and dropped. */
export async function readBytes(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= largestBody) chunks.push(chunk);
    else chunks.length = 0;
  }
  return size > largestBody ? undefined : Buffer.concat(chunks);
}

/**
 * Listens on 127.0.0.1. Port 0 means any free port. Rejects with Node's error if the port is taken. Every request is judged by `refuse`
 * first, also one that asks for another protocol: Node takes it as usual one, because nothing here listens for upgrades. What Node
 * cannot parse is answered and ends nothing.
 */
export async function openLoopbackServer(
  port: number,
  { refuse, handle, headers }: LoopbackHandlers,
  { maxConnections, ...limits }: ConnectionLimits = {},
): Promise<LoopbackServer> {
  const render = ({ status, error, hint, allow }: HeadRefusal) => {
    const body = JSON.stringify({ error, hint });
    const own = { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) };
    const fields = { ...headers, ...own, ...(allow === undefined ? {} : { allow }), connection: "close" };
    return { status, fields, body };
  };
  const answer = (incoming: IncomingMessage, outgoing: ServerResponse, refusal: HeadRefusal): void => {
    const { status, fields, body } = render(refusal);
    incoming.resume();
    outgoing.writeHead(status, fields).end(body);
  };
  const answerSocket = (socket: Duplex, refusal: HeadRefusal): void => {
    // Node no longer listens here: without a listener, a client that resets the connection would end the process.
    socket.on("error", () => socket.destroy());
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    const { status, fields, body } = render(refusal);
    const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${body}`, () => socket.destroy());
  };
  let bound = port;

  const server = createServer({ ...limits, requireHostHeader: false }, (incoming, outgoing) => {
    const head = readHead(incoming.method, incoming.url, incoming.rawHeaders);
    const refusal = refuse(head, bound);
    if (refusal !== undefined) return answer(incoming, outgoing, refusal);
    handle(head, incoming, outgoing).catch((error: unknown) => {
      outgoing.destroy(error instanceof Error ? error : undefined);
    });
  });
  server
    .on("checkExpectation", (incoming, outgoing) => {
      answer(incoming, outgoing, {
        status: 417,
        error: "The header Expect has another value than 100-continue",
        hint: "Leave it out.",
      });
    })
    .on("connect", (_incoming, socket) => {
      answerSocket(socket, {
        status: 405,
        error: "This server is no proxy",
        hint: "Send a request to it.",
        allow: "GET, POST",
      });
    })
    .on("clientError", ({ code = "" }: { readonly code?: string }, socket) =>
      answerSocket(socket, brokenRequest(code)),
    );
  // Node would drop what follows after so many, an `Origin` among them. Their size has a limit.
  server.maxHeadersCount = 0;
  if (maxConnections !== undefined) server.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    // Later ones, such as of a connection that could not be accepted, end nothing.
    server.on("error", reject);
    server.listen(port, loopbackAddress, resolve);
  });
  bound = (server.address() as AddressInfo).port;
  return {
    port: bound,
    url: `http://${loopbackAddress}:${bound}`,
    close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      return closed;
    },
  };
}

/** By the code of Node's parser. */
function brokenRequest(code: string): HeadRefusal {
  switch (code) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return { status: 408, error: "The request was not complete in time", hint: "Send it at once." };
    case "HPE_HEADER_OVERFLOW":
      return { status: 431, error: "The headers are too large", hint: "Send fewer or shorter ones." };
    case "HPE_CHUNK_EXTENSIONS_OVERFLOW":
      return { status: 413, error: "The extensions of a chunk are too large", hint: "Send none." };
    default:
      return { status: 400, error: "This is not an HTTP request", hint: "Use http, not https." };
  }
}
