import type { ServerResponse } from "node:http";
import { refuseForeignToApi } from "./foreign-request.js";
import type { ApiRequest } from "./handle-request.js";
import { openLoopbackServer, readBytes } from "./loopback-server.js";
import type { Answer } from "./operation.js";
import type { RequestHead } from "./request-head.js";

interface Server {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  close(): Promise<void>;
}

/** A browser that does not tell where a request comes from gives no page what is answered, not even as a script or an image. */
const noForeignUse = { "cross-origin-resource-policy": "same-origin", "x-content-type-options": "nosniff" };

/**
 * Listens on 127.0.0.1. Port 0 means any free port. The answer `"dropped"` closes the connection without a response. A request that a
 * foreign web page could send is refused before `answer` sees it.
 */
export async function listen(
  port: number,
  answer: (request: ApiRequest) => Promise<Answer | "dropped">,
): Promise<Server> {
  const { url, close } = await openLoopbackServer(port, {
    refuse: refuseForeignToApi,
    headers: noForeignUse,
    async handle(head, incoming, outgoing) {
      const bytes = await readBytes(incoming);
      const reply = await answer(requestOf(head, bytes));
      if (reply === "dropped") outgoing.destroy();
      else write(outgoing, reply);
    },
  });
  return { baseUrl: url, close };
}

function requestOf({ method, target, headers: lines }: RequestHead, bytes: Buffer | undefined): ApiRequest {
  // `URL` is not used: it would resolve dot segments before the path is matched.
  const [path = "/", ...search] = target.split("?");
  const headers = new Headers();
  for (const [name, values] of lines) for (const value of values) headers.append(name, value);
  return { method, path, search: search.join("?"), headers, body: bytes?.toString("utf8") };
}

function write(outgoing: ServerResponse, { status, headers, body }: Answer): void {
  if (body === undefined) {
    outgoing.writeHead(status, { ...noForeignUse, ...headers }).end();
    return;
  }
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const own = { ...noForeignUse, "content-type": "application/json", ...headers };
  outgoing.writeHead(status, { ...own, "content-length": String(bytes.length) }).end(bytes);
}
