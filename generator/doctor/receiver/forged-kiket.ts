import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createForgedKey, type ForgedKey } from "./forged-token.js";

/** A server of a key set that is not Kiket's. No receiver must ask it. */
export interface ForgedKiket {
  /** Without a slash at the end. */
  readonly url: string;
  readonly key: ForgedKey;
  /** The paths that were asked for, in order. */
  readonly visits: readonly string[];
  close(): Promise<void>;
}

/** Listens on any free port of 127.0.0.1, and answers every request with its key set. */
export async function openForgedKiket(): Promise<ForgedKiket> {
  const key = createForgedKey();
  const visits: string[] = [];
  const server = createServer((request, response) => {
    visits.push(request.url ?? "");
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ keys: [key.jwk] }));
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve, reject) => {
    server.once("listening", resolve).once("error", reject);
  });
  const { port } = server.address() as AddressInfo;
  return {
    ...{ url: `http://127.0.0.1:${port}`, key, visits },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
