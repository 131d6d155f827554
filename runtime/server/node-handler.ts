import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import { NodeRequest, sendNodeResponse } from "srvx/node";
import type { Extension } from "./extension.js";

/** Answers one request of Node's HTTP server. */
export type NodeHandler = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
) => void;

/**
 * Mounts an extension in a program with its own server: `node:http`, Express, Koa, and whatever else calls `(request, response)`.
 * Nothing may have read the body before; such a request is answered 500. To mount below a path that the server does not remove
 * from `request.url`, set `basePath` of `createExtension`.
 */
export function toNodeHandler(extension: Pick<Extension, "fetch">): NodeHandler {
  return (request, response) => {
    extension
      .fetch(new NodeRequest({ req: request, res: response }))
      .then((answer) => sendNodeResponse(response, answer))
      .catch(() => response.destroy());
  };
}
