import { request } from "node:http";

/** What of `fetch` is needed to ask a server on this machine. Redirects are answers like others. */
export type LoopbackFetch = (
  url: string,
  init: {
    readonly method?: string;
    readonly headers: Record<string, string>;
    readonly body?: string;
    readonly redirect: "error";
    readonly signal?: AbortSignal;
  },
) => Promise<Response>;

/** More than any answer has that is asked for. In bytes. */
const largestAnswer = 64 * 1024 * 1024;

/**
 * Asks a server on this machine, and no proxy: the `fetch` of Node takes the one that the environment names, where Node is told to
 * (`NODE_USE_ENV_PROXY`), and a proxy would get the token of the launch. Rejects with the system's error.
 */
export const fetchOnLoopback: LoopbackFetch = (url, { method = "GET", headers, body, signal }) =>
  new Promise((resolve, reject) => {
    // An agent of its own is one without a proxy.
    const options = { agent: false, method, headers, ...(signal === undefined ? {} : { signal }) };
    const outgoing = request(url, options, (incoming) => {
      const chunks: Buffer[] = [];
      let size = 0;
      incoming.on("error", reject);
      incoming.on("data", (chunk: Buffer) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size > largestAnswer) incoming.destroy(new RangeError(`the answer is larger than ${largestAnswer} bytes`));
      });
      incoming.on("end", () => {
        const status = incoming.statusCode ?? 0;
        // The constructor takes no other.
        if (status < 200 || status > 599) reject(new RangeError(`the status ${status} is none of HTTP`));
        else resolve(new Response([204, 205, 304].includes(status) ? null : Buffer.concat(chunks), { status }));
      });
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
