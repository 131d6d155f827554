import type { JsonReply } from "../receive/replies.js";
import { closeAfter, type NodeHandler } from "./node-handler.js";

/**
 * Answers GET and HEAD at the path of readiness with what the server knows and the extension does not, if there is such a reply; else the handler
 * answers. `isLast`: as of `nodeHandlerOf`.
 */
export function withReadiness(
  handle: NodeHandler,
  path: string,
  readiness: () => JsonReply | undefined,
  isLast: () => boolean,
): NodeHandler {
  return (request, response) => {
    const { method, url = "" } = request;
    const isAsked =
      url.startsWith(path) && /^(?:\?|$)/.test(url.slice(path.length)) && /^(?:GET|HEAD)$/.test(method ?? "");
    const told = isAsked ? readiness() : undefined;
    if (told === undefined) {
      handle(request, response);
      return;
    }
    request.resume();
    if (isLast()) closeAfter(response);
    response.writeHead(told.status, { ...told.headers, "content-length": Buffer.byteLength(told.body) });
    response.end(told.body);
  };
}
