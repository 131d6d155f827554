import { request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP } from "node:net";
import { Readable } from "node:stream";
import type { ReceiverReply } from "./receiver-reply.js";

/** A request, byte by byte. */
export interface RawRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SendLimits {
  /** For the whole answer, in milliseconds. */
  readonly timeout: number;
  readonly signal: AbortSignal;
  /** The address that was checked. The name is not resolved again, since it could lead elsewhere by then. */
  readonly address: string;
  /** Sends a byte of the body now and then, and never all of it. Default: sends it at once. */
  readonly trickle?: {
    /** In milliseconds. */
    readonly pause: number;
    /** The head and a byte were sent. May be called again. */
    readonly began: () => void;
  };
}

/** What is kept of an answer, in bytes. The rest is not read. */
const mostBytes = 64 * 1024;

function reasonFor({ code = "" }: NodeJS.ErrnoException): Extract<ReceiverReply, { kind: "none" }>["why"] {
  if (code === "ECONNREFUSED") return "refused";
  if (code === "ECONNRESET" || code === "EPIPE" || code === "ECONNABORTED") return "cut";
  if (code.startsWith("HPE_")) return "garbage";
  if (/CERT|SELF_SIGNED|UNABLE_TO_|ERR_SSL|EPROTO/.test(code)) return "untrusted";
  return "unreachable";
}

/** One byte at a time, for ever. */
function trickling({ pause, began }: NonNullable<SendLimits["trickle"]>): Readable {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return new Readable({
    read() {
      timer = setTimeout(() => {
        this.push(" ");
        began();
      }, pause);
    },
    destroy(error, done) {
      clearTimeout(timer);
      done(error);
    },
  });
}

/** The beginning of an answer's body, which may be longer than that, or endless. */
async function beginningOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= mostBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, mostBytes).toString();
}

/**
 * Sends one POST on a connection of its own, by no proxy, and follows no redirect. Never rejects, and always ends within the timeout. An answer
 * that comes before the whole body was sent counts.
 */
export function sendRequest(
  { url, headers, body }: RawRequest,
  { timeout, signal, address, trickle }: SendLimits,
): Promise<ReceiverReply> {
  const target = new URL(url);
  const send = target.protocol === "https:" ? httpsRequest : httpRequest;
  const length = String(Buffer.byteLength(body));
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeout)]);
  const options: RequestOptions = {
    ...{ agent: false, method: "POST", signal: limit },
    headers: { ...headers, "content-length": length, connection: "close" },
    lookup: (_name, { all }, done) => {
      const family = isIP(address);
      if (all === true) done(null, [{ address, family }]);
      else done(null, address, family);
    },
  };
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException): void =>
      resolve({ kind: "none", why: limit.aborted ? "late" : reasonFor(error) });
    const outgoing = send(target, options, (incoming) => {
      const status = incoming.statusCode ?? 0;
      beginningOf(incoming).then(
        (text) => resolve({ kind: "answer", status, text }),
        (error: NodeJS.ErrnoException) => failed(error),
      );
    });
    outgoing.on("error", failed);
    outgoing.on("close", () => resolve({ kind: "none", why: limit.aborted ? "late" : "cut" }));
    if (trickle === undefined) outgoing.end(body);
    else {
      const slow = trickling(trickle);
      outgoing.on("close", () => slow.destroy());
      slow.pipe(outgoing);
    }
  });
}
