import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { JWK } from "jose";

/** A request as it came over the wire. */
export interface ReceivedCall {
  readonly method: string;
  /** With the query string, undecoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed JSON, or null where there was no body. */
  readonly body: unknown;
}

export interface CannedAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An HTTP server in the place of Kiket: serves keys, writes down every other call and gives the answers that were laid out. */
export interface KiketServer {
  readonly baseUrl: string;
  /** Keys to serve, or the status to fail with. */
  keys: readonly JWK[] | number;
  readonly keyRequests: () => number;
  /** Calls other than for keys, oldest first. */
  readonly calls: ReceivedCall[];
  /** Answers to the next calls, in order; 204 once they are used up. */
  readonly answers: CannedAnswer[];
  close(): Promise<void>;
}

export async function createKiketServer(keys: readonly JWK[]): Promise<KiketServer> {
  let keyRequests = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const send = ({ status, body, headers }: CannedAnswer): void => {
        response.writeHead(status, { "content-type": "application/json", ...headers });
        response.end(body === undefined ? undefined : JSON.stringify(body));
      };
      const { method = "", url = "", headers } = request;
      if (url === "/.well-known/jwks.json") {
        keyRequests += 1;
        const current = kiket.keys;
        send(typeof current === "number" ? { status: current, body: {} } : { status: 200, body: { keys: current } });
        return;
      }
      const text = Buffer.concat(chunks).toString();
      kiket.calls.push({ method, path: url, headers, body: text === "" ? null : JSON.parse(text) });
      send(kiket.answers.shift() ?? { status: 204 });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const kiket: KiketServer = {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keys,
    keyRequests: () => keyRequests,
    calls: [],
    answers: [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return kiket;
}
