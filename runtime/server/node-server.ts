import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { Logger } from "../base/logger.js";
import { proceed } from "../receive/body.js";
import { type Failure, Refusal } from "../receive/failure.js";
import type { JsonReply } from "../receive/replies.js";
import { createRefuseRequest, refuseSocket, refusingBrokenRequests } from "./malformed-request.js";
import type { NodeHandler } from "./node-handler.js";

function refuse(request: IncomingMessage, response: ServerResponse, reply: JsonReply): void {
  request.resume();
  const length = Buffer.byteLength(reply.body);
  response.writeHead(reply.status, { ...reply.headers, "content-length": length, connection: "close" }).end(reply.body);
}

/** Node's own limit. That of the extension, `limits.headerBytes`, is lower by default, and is checked for each delivery. */
const mostHeaderBytes = 64 * 1024;

/**
 * A server of Node that answers in JSON where Node itself would send an empty answer or none. A client that waits with its body
 * (`Expect: 100-continue`) is told to go on only when the body is read, so that 413 reaches it first. Each such answer is logged and counted.
 */
export function createNodeServer(
  handle: NodeHandler,
  options: ServerOptions,
  log: Logger,
  count: (failure: Failure) => void,
): Server {
  const refused = createRefuseRequest(log, count);
  /** By connection, the request that came last. */
  const begun = new WeakMap<Duplex, IncomingMessage>();
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    begun.set(request.socket, request);
    // Required from HTTP/1.1 on (RFC 9112, section 3.2).
    const lacksHost = request.headers.host === undefined && request.httpVersion !== "1.0";
    if (lacksHost) refuse(request, response, refused(new Refusal(400, "host-missing", "Header Host required")));
    else handle(request, response);
  };
  return createServer({ ...options, requireHostHeader: false, maxHeaderSize: mostHeaderBytes }, answer)
    .on("checkContinue", (request, response) => {
      const { shouldKeepAlive } = response;
      // If the body is refused unseen, what follows on the connection may be the body or the next request.
      response.shouldKeepAlive = false;
      const goOn = (): void => {
        response.shouldKeepAlive = shouldKeepAlive;
        response.writeContinue();
      };
      answer(Object.assign(request, { [proceed]: goOn }), response);
    })
    .on("checkExpectation", (request, response) => {
      refuse(request, response, refused(new Refusal(417, "expectation", "Expect: only 100-continue is supported")));
    })
    .on("connect", (_request, socket) => {
      const refusal = new Refusal(405, "method-not-allowed", "Method CONNECT not allowed");
      refuseSocket(socket, () => refused(refusal));
    })
    .on(
      "clientError",
      refusingBrokenRequests(refused, (socket) => begun.get(socket)?.complete === false),
    );
}
