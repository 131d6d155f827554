import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { JWK } from "jose";

/** A received request. */
export interface ReceivedCall {
  readonly method: string;
  /** Includes the query string, not decoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed JSON, or null if there was no body. */
  readonly body: unknown;
}

export interface CannedAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An HTTP server instead of Kiket. It serves keys, records all other calls, and answers them with the given responses. */
export interface KiketServer {
  readonly baseUrl: string;
  /** The keys to serve, or an error status. */
  keys: readonly JWK[] | number;
  readonly keyRequests: () => number;
  /** All calls except those for keys, oldest first. */
  readonly calls: ReceivedCall[];
  /** Responses to the next calls, in order. Without any, the response is 204. */
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
