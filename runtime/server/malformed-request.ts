import type { Duplex } from "node:stream";
import { type JsonReply, Refusal, tryAgain } from "../receive/replies.js";

/** Answers to errors of Node's parser, by code. Any other error means a malformed request. */
const refusals: Readonly<Record<string, () => Refusal>> = {
  // Node itself would answer 408, which Kiket does not retry (fact 185).
  ERR_HTTP_REQUEST_TIMEOUT: () => tryAgain("The request was not complete in time"),
  HPE_HEADER_OVERFLOW: () => new Refusal(431, "Headers too large"),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: () => new Refusal(413, "Chunk extensions too large"),
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

/** Answers on a connection without a response of Node, and closes it. */
export function refuseSocket(socket: Duplex, { reply }: Refusal): void {
  if (socket.writable) socket.end(render(reply), () => socket.destroy());
  else socket.destroy();
}

/** Answers a request that Node cannot parse, and closes its connection. A listener for the server's `clientError`. */
export function refuseBrokenRequest({ code = "" }: { readonly code?: string }, socket: Duplex): void {
  const refuse = Object.hasOwn(refusals, code) ? refusals[code] : undefined;
  refuseSocket(socket, refuse?.() ?? new Refusal(400, "Malformed request"));
}
