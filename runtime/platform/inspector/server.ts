import type { IncomingMessage, ServerResponse } from "node:http";
import { mediaType } from "../../base/headers.js";
import { isDeeperThan } from "../../base/json-depth.js";
import { type ConnectionLimits, openLoopbackServer, readBytes } from "../http/loopback-server.js";
import type { RequestHead } from "../http/request-head.js";
import type { InspectorBackend } from "./backend.js";
import { createEventStream, type EventStream } from "./event-stream.js";
import { answerHeaders, refuseInspectorRequest, tokenPath } from "./guard.js";
import { isPageFile, pageFile } from "./page-file.js";
import { RequestProblem } from "./request-problem.js";
import { answerInspector } from "./routes/answer.js";
import { type InspectorAnswer, notAllowed, problem } from "./routes/route.js";
import { createTickets } from "./tickets.js";

/** Times in milliseconds. A program on this machine sends its request at once. */
const usualLimits: ConnectionLimits = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
  // Each delivery that waits may have one, and 1,000 may wait: the page must still be reached.
  maxConnections: 1_100,
};

/** Milliseconds between signs of life in the stream. */
const heartbeat = 15_000;

/** For `token`, in characters: 128 bits in hex. */
const shortestToken = 32;

/**
 * Serves the page and the routes of the inspector on 127.0.0.1, to who has the token. Port 0 means any free port. `url` has no slash at
 * the end, and no token. `ticket` makes what a page may change for the token, once and within a minute, by `POST /api/token`.
 * @throws {RangeError} if the token has less than 32 characters. Node's error, with its code such as `EADDRINUSE`, if it cannot listen.
 */
export async function openInspector(
  backend: InspectorBackend,
  {
    port,
    token,
    limits = usualLimits,
  }: { readonly port: number; readonly token: string; readonly limits?: ConnectionLimits },
): Promise<{ readonly url: string; ticket(): string; close(): Promise<void> }> {
  if (token.length < shortestToken) throw new RangeError(`The token needs ${shortestToken} characters or more.`);
  const stream = createEventStream();
  const tickets = createTickets(Date.now);
  const server = await openLoopbackServer(
    port,
    {
      headers: answerHeaders,
      refuse: (head, bound) =>
        refuseInspectorRequest(head, { port: bound, token, takeTicket: tickets.take, isPage: isPageFile }),
      async handle(head, incoming, outgoing) {
        const { method, target } = head;
        const file = pageFile(head);
        if (file !== undefined) return write(outgoing, 200, file.headers, file.body);
        const [path, query] = target.split("?");
        if (path === "/api/stream") {
          if (method === "GET") readStream(stream, head, query, outgoing);
          else writeAnswer(outgoing, notAllowed("GET"));
          return;
        }
        if (path === tokenPath) {
          writeAnswer(outgoing, method === "POST" ? { status: 200, body: { token } } : notAllowed("POST"));
          return;
        }
        const readBody = () => readJson(head, incoming);
        writeAnswer(outgoing, await answerInspector(backend, { method, target, readBody }));
      },
    },
    limits,
  );
  const unsubscribe = backend.subscribe(stream.publish);
  const beats = setInterval(stream.beat, heartbeat);
  beats.unref();
  return {
    url: server.url,
    ticket: tickets.issue,
    close() {
      unsubscribe();
      clearInterval(beats);
      stream.close();
      return server.close();
    },
  };
}

function write(
  outgoing: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array,
): void {
  const length = String(Buffer.byteLength(body));
  outgoing.writeHead(status, { ...answerHeaders, ...headers, "content-length": length }).end(body);
}

function writeAnswer(outgoing: ServerResponse, { status, body, headers = {} }: InspectorAnswer): void {
  write(outgoing, status, { "content-type": "application/json", ...headers }, JSON.stringify(body));
}

/** In levels of objects and lists; an extension refuses a payload much earlier. A body is written as JSON again, which needs a limit. */
const deepestBody = 200;

/** @throws {RequestProblem} if the body is not JSON, or too large. */
async function readJson({ headers }: RequestHead, incoming: IncomingMessage): Promise<unknown> {
  const [type = "", ...others] = headers.get("content-type") ?? [];
  // A browser sends any other type to any address without asking there first.
  if (others.length > 0 || mediaType(type) !== "application/json") {
    throw new RequestProblem(
      415,
      "The body must be application/json",
      "Send the header Content-Type: application/json.",
    );
  }
  const bytes = await readBytes(incoming);
  if (bytes === undefined) throw new RequestProblem(413, "The body is larger than 10 MiB");
  if (isDeeperThan(bytes, deepestBody)) throw new RequestProblem(400, `The body is deeper than ${deepestBody} levels`);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new RequestProblem(400, "The body is not JSON in UTF-8");
  }
}

/** The id of the last event that the reader has: the header of browsers, or `?after=`. */
function lastEventId({ headers }: RequestHead, query = ""): string | undefined {
  return headers.get("last-event-id")?.at(-1) ?? new URLSearchParams(query).get("after") ?? undefined;
}

function readStream(stream: EventStream, head: RequestHead, query: string | undefined, outgoing: ServerResponse): void {
  if (stream.isFull()) {
    writeAnswer(outgoing, problem(503, "The stream has too many readers", "Close other pages of the inspector."));
    return;
  }
  const reader = {
    write: (text: string) => void outgoing.write(text),
    unsent: () => outgoing.writableLength,
    end: () => void outgoing.end(),
    drop: () => void outgoing.destroy(),
  };
  // The answer begins now, so its reader misses nothing from here on, and reads the state after that.
  outgoing.writeHead(200, { ...answerHeaders, "content-type": "text/event-stream" });
  outgoing.on("close", () => stream.remove(reader));
  stream.add(reader, lastEventId(head, query));
}
