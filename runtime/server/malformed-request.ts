import type { Duplex } from "node:stream";
import type { Logger } from "../base/logger.js";
import { createLineLimit } from "../logging/line-limit.js";
import { type Failure, Refusal, tryAgain } from "../receive/failure.js";
import { type JsonReply, replyToFailure } from "../receive/replies.js";

/** Answers to errors of Node's parser, by code. Any other error means a malformed request. */
const refusals: Readonly<Record<string, () => Refusal>> = {
  // Node itself would answer 408, which Kiket does not retry (fact 185).
  ERR_HTTP_REQUEST_TIMEOUT: () => tryAgain("request-too-slow", "The request was not complete in time"),
  HPE_HEADER_OVERFLOW: () => new Refusal(431, "headers-too-large", "Headers too large"),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: () => new Refusal(413, "chunk-extensions-too-large", "Chunk extensions too large"),
};

const reasons: Readonly<Record<number, string>> = {
  400: "Bad Request",
  405: "Method Not Allowed",
  413: "Content Too Large",
  431: "Request Header Fields Too Large",
  503: "Service Unavailable",
};

function render({ status, headers, body }: JsonReply): string {
  const fields = { ...headers, "content-length": String(Buffer.byteLength(body)), connection: "close" };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${reasons[status]}\r\n${lines.join("")}\r\n${body}`;
}

/** Lines for one reason and second. */
const mostLines = 10;

/** Logs that a request was refused before the extension got it, and makes the response. `code` is that of Node's parser. */
export type RefuseRequest = (refusal: Refusal, code?: string) => JsonReply;

function answerTo({ failure }: Refusal): JsonReply {
  return replyToFailure(failure, { deliveryId: undefined, correlationId: crypto.randomUUID() });
}

export function createRefuseRequest(log: Logger, count: (failure: Failure) => void): RefuseRequest {
  const limit = createLineLimit(
    mostLines,
    (reason, leftOut) => log.warn("More requests were refused for one reason than are logged", { reason, leftOut }),
    () => performance.now(),
  );
  return ({ failure }, code) => {
    const { status, reason, detail } = failure;
    count(failure);
    const correlationId = crypto.randomUUID();
    const fields = { status, reason, ...(code === undefined ? {} : { code }), correlationId };
    if (limit.take(reason)) log.warn(`A request was refused: ${detail}`, fields);
    return replyToFailure(failure, { deliveryId: undefined, correlationId });
  };
}

/** Answers on a connection without a response of Node, and closes it. */
export function refuseSocket(socket: Duplex, reply: () => JsonReply): void {
  // After CONNECT, Node no longer listens: without a listener, a client that resets the connection would end the process.
  socket.on("error", () => socket.destroy());
  // A client that has gone gets no answer, and is not worth a line.
  if (socket.writable) socket.end(render(reply()), () => socket.destroy());
  else socket.destroy();
}

/**
 * A listener for the server's `clientError`: answers a request that Node cannot parse, and closes its connection.
 * @param isBegun Whether the extension got the request, and its body is what cannot be read. It then tells that itself.
 */
export function refusingBrokenRequests(
  refuseRequest: RefuseRequest,
  isBegun: (socket: Duplex) => boolean,
): (error: { readonly code?: string }, socket: Duplex) => void {
  return ({ code = "" }, socket) => {
    const refuse = Object.hasOwn(refusals, code) ? refusals[code] : undefined;
    const refusal = refuse?.() ?? new Refusal(400, "request-malformed", "Malformed request");
    const answer = isBegun(socket) ? answerTo : refuseRequest;
    refuseSocket(socket, () => answer(refusal, code));
  };
}
