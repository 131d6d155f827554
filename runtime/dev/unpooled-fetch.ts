import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";

/** Bytes of a reply that are kept. The rest is read and left out. */
const mostReplyBytes = 1024 * 1024;

/**
 * Sends a request to another address, on a connection of its own that nobody uses again: a program that restarts closes its connections, and
 * a request on an old one would be lost. Redirects are not followed. The reply has at most 1 MiB of its body.
 * @throws The system's error, or the reason of the signal.
 */
export async function fetchUnpooled(request: Request, url: URL, signal: AbortSignal): Promise<Response> {
  const body = new Uint8Array(await request.arrayBuffer());
  const { method } = request;
  return new Promise((resolve, reject) => {
    const send = url.protocol === "https:" ? requestHttps : requestHttp;
    const headers = { ...Object.fromEntries(request.headers), "content-length": String(body.length) };
    const outgoing = send(url, { agent: false, method, headers });
    const abort = (): void => void outgoing.destroy(signal.reason instanceof Error ? signal.reason : undefined);
    const fail = (error: Error): void => {
      signal.removeEventListener("abort", abort);
      reject(error);
    };
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
    outgoing.on("error", fail);
    outgoing.on("response", (incoming) => {
      const chunks: Buffer[] = [];
      let size = 0;
      incoming.on("data", (chunk: Buffer) => {
        if (size < mostReplyBytes) chunks.push(chunk.subarray(0, mostReplyBytes - size));
        size += chunk.length;
      });
      incoming.on("error", fail);
      incoming.on("end", () => {
        signal.removeEventListener("abort", abort);
        const status = incoming.statusCode ?? 0;
        const isEmpty = status === 204 || status === 205 || status === 304;
        try {
          const pairs = Object.entries(incoming.headersDistinct).flatMap(([name, values = []]) =>
            values.map((value): [string, string] => [name, value]),
          );
          resolve(new Response(isEmpty ? null : Buffer.concat(chunks), { status, headers: pairs }));
        } catch {
          reject(new Error(`the reply has the status ${status}, or headers, that HTTP does not allow`));
        }
      });
    });
    outgoing.end(body);
  });
}
