import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import { NodeRequest, type NodeResponse, sendNodeResponse } from "srvx/node";
import { processEnvironment } from "../base/process.js";
import type { Extension } from "./extension.js";
import { requireNamedQueue } from "./extension-facts.js";
import { recordDeliveries } from "./record-deliveries.js";

/** Answers one request of Node's HTTP server. */
export type NodeHandler = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
) => void;

/**
 * Mounts an extension in a program with its own server: `node:http`, Express, Koa, and whatever else calls `(request, response)`.
 * Nothing may have read the body before; such a request is answered 500. To mount below a path that the server does not remove
 * from `request.url`, set `basePath` of `createExtension`. With `KIKET_RECORD`, verified deliveries are recorded in its folder.
 * @throws {ConfigError} if `KIKET_RECORD` is set, and begins with `~` or `fetch` is not that of an extension; if handlers are deferred
 *   and nobody has named a queue.
 */
export function toNodeHandler(extension: Pick<Extension, "fetch">): NodeHandler {
  requireNamedQueue(extension);
  recordDeliveries(extension, undefined, processEnvironment());
  return nodeHandlerOf(extension);
}

/** Tells the client not to use the connection again, so that no request is lost when it is closed. HTTP/2 has its own way. */
export function closeAfter(response: ServerResponse | Http2ServerResponse): void {
  if ("shouldKeepAlive" in response) response.shouldKeepAlive = false;
}

function isPrepared(answer: Response): answer is NodeResponse {
  return "_toNodeResponse" in answer;
}

/**
 * Sends a response whose body is whole with one `end`. srvx would write head and body, then end, and wait for a promise, which takes more of
 * the main thread than all routing. What else there is, is left to srvx.
 */
function send(response: ServerResponse | Http2ServerResponse, answer: Response): void | Promise<void> {
  if (response.headersSent || response.req.httpVersion === "2.0" || !isPrepared(answer)) {
    return sendNodeResponse(response, answer);
  }
  const prepared = answer._toNodeResponse();
  const { status, headers, body } = prepared;
  if (typeof body !== "string" && !(body instanceof Uint8Array)) {
    return sendNodeResponse(response, { _toNodeResponse: () => prepared } as NodeResponse);
  }
  (response as ServerResponse).writeHead(status, "", headers).end(body);
}

/** The same without recording. `isLast`: whether a response that is sent now is the last one on its connection. */
export function nodeHandlerOf(extension: Pick<Extension, "fetch">, isLast: () => boolean = () => false): NodeHandler {
  return (request, response) => {
    extension
      .fetch(new NodeRequest({ req: request, res: response }))
      .then((answer) => {
        if (isLast()) closeAfter(response);
        return send(response, answer);
      })
      .catch(() => response.destroy());
  };
}
