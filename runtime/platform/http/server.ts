import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ApiRequest } from "./handle-request.js";
import type { Answer } from "./operation.js";

interface Server {
  /** Without a trailing slash. */
  readonly baseUrl: string;
  close(): Promise<void>;
}

/** In bytes. Larger bodies are not kept. */
const largestBody = 10 * 1024 * 1024;

/** Listens on 127.0.0.1. Port 0 means any free port. The answer `"dropped"` closes the connection without a response. */
export async function listen(
  port: number,
  answer: (request: ApiRequest) => Promise<Answer | "dropped">,
): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    serve(incoming, answer).then(
      (reply) => (reply === "dropped" ? outgoing.destroy() : write(outgoing, reply)),
      (error: unknown) => outgoing.destroy(error instanceof Error ? error : undefined),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${bound}`,
    close() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      return closed;
    },
  };
}

async function serve<Reply>(
  incoming: IncomingMessage,
  answer: (request: ApiRequest) => Promise<Reply>,
): Promise<Reply> {
  // `URL` is not used: it would resolve dot segments before the path is matched.
  const [path = "/", ...search] = (incoming.url ?? "/").split("?");
  return answer({
    method: incoming.method ?? "GET",
    path,
    search: search.join("?"),
    headers: readHeaders(incoming),
    body: await readText(incoming),
  });
}

async function readText(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= largestBody) chunks.push(chunk);
  }
  return size > largestBody ? undefined : Buffer.concat(chunks).toString("utf8");
}

function readHeaders({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  return headers;
}

function write(outgoing: ServerResponse, { status, headers, body }: Answer): void {
  if (body === undefined) {
    outgoing.writeHead(status, headers).end();
    return;
  }
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  outgoing
    .writeHead(status, { "content-type": "application/json", ...headers, "content-length": String(bytes.length) })
    .end(bytes);
}
