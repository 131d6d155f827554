import type { Readable } from "node:stream";
import { joinBytes } from "../base/bytes.js";
import type { Arrival } from "./arrivals.js";
import { Refusal, tryAgain } from "./failure.js";
import type { Limits } from "./limits.js";

/** Set on a request whose client waits with the body until it is told to go on. */
export const proceed: unique symbol = Symbol("proceed");

/** The members of Node's HTTP/1 or HTTP/2 request that are used. */
export interface NodeRequest extends Readable {
  readonly rawHeaders: readonly string[];
  /** Whether the whole request has been received. */
  readonly complete: boolean;
  readonly [proceed]?: () => void;
}

type BodyLimits = Pick<Limits, "bodyBytes" | "bodyReadMs">;

/** A body in progress: where it belongs to, and who counts its bytes. */
export interface BodyCounter {
  readonly arrival: Arrival;
  readonly hold: (arrival: Arrival, bytes: number) => void;
}

export function tooLarge({ bodyBytes }: BodyLimits): Refusal {
  return new Refusal(413, "body-too-large", `Body larger than ${bodyBytes} bytes`);
}

/** 503 and not 408, since Kiket does not retry 408 (fact 185) and the network may be faster the next time. */
function tooSlow({ bodyReadMs }: BodyLimits): Refusal {
  return tryAgain("body-too-slow", `Body not complete within ${bodyReadMs / 1000} s`, {
    headers: { connection: "close" },
  });
}

/** The next attempt may be whole. */
function incomplete(): Refusal {
  return tryAgain("body-incomplete", "Body incomplete", { headers: { connection: "close" } });
}

/** The extension is mounted at the wrong place. The delivery is not to blame, so the answer is 500, which Kiket retries. */
export function alreadyRead(): Refusal {
  const detail =
    "The body of a request was already read when the extension received it, so its origin cannot be checked. Mount the extension before express.json(), express.raw() and any other middleware that reads bodies, or switch off body parsing for its paths. If that is not possible, pass a new Request with the raw bytes to extension.fetch.";
  return new Refusal(500, "body-already-read", "Internal error", { detail, isOwn: true });
}

/** The body from Node's stream, which is four times faster than `Request.arrayBuffer()`. */
export function readNodeBody(
  request: NodeRequest,
  limits: BodyLimits,
  { arrival, hold }: BodyCounter,
): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    // Neither of them emits an event again.
    if (request.destroyed && !request.readableEnded) return reject(incomplete());
    // With an encoding the stream has texts, and bytes that are not UTF-8 are lost.
    if (request.readableDidRead || request.readableEncoding) return reject(alreadyRead());
    if (request.readableEnded) return resolve(new Uint8Array());
    const chunks: Uint8Array[] = [];
    let size = 0;
    const stop = (): void => {
      clearTimeout(timer);
      request.off("data", onData).off("end", onEnd).off("error", onBroken).off("close", onBroken);
    };
    const refuse = (refusal: Refusal): void => {
      stop();
      reject(refusal);
    };
    const onData = (chunk: Uint8Array): void => {
      size += chunk.length;
      if (size > limits.bodyBytes) {
        refuse(tooLarge(limits));
      } else {
        chunks.push(chunk);
        hold(arrival, chunk.length);
      }
    };
    const onEnd = (): void => {
      stop();
      resolve(joinBytes(chunks, size));
    };
    const onBroken = (): void => refuse(incomplete());
    const timer = setTimeout(() => refuse(tooSlow(limits)), limits.bodyReadMs);
    arrival.refuse = refuse;
    request[proceed]?.();
    // A middleware may have paused the stream.
    request.on("data", onData).on("end", onEnd).on("error", onBroken).on("close", onBroken).resume();
  });
}

/**
 * Discards the rest of the body of a refused delivery, so that the client can read the response. After the time limit for a body
 * the connection is closed.
 */
export function discardRest(request: NodeRequest, { bodyReadMs }: BodyLimits): void {
  if (request.complete || request.destroyed) return;
  const timer = setTimeout(() => request.destroy(), bodyReadMs).unref();
  const done = (): void => clearTimeout(timer);
  // Without an error listener, a client that disconnects would cause an uncaught error.
  request.once("end", done).once("close", done).once("error", done).resume();
}

/** The body of a request on any runtime. */
export async function readWebBody(
  request: Request,
  limits: BodyLimits,
  { arrival, hold }: BodyCounter,
): Promise<Uint8Array> {
  const { body } = request;
  if (request.bodyUsed || body?.locked) throw alreadyRead();
  if (body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  let refused: Refusal | undefined;
  const reader = body.getReader();
  const refuse = (refusal: Refusal): void => {
    refused ??= refusal;
    reader.cancel().catch(() => undefined);
  };
  const timer = setTimeout(() => refuse(tooSlow(limits)), limits.bodyReadMs);
  arrival.refuse = refuse;
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => {
        throw refused ?? incomplete();
      });
      if (refused !== undefined) throw refused;
      if (done) return joinBytes(chunks, size);
      size += value.length;
      if (size > limits.bodyBytes) {
        refuse(tooLarge(limits));
        continue;
      }
      chunks.push(value);
      hold(arrival, value.length);
    }
  } finally {
    clearTimeout(timer);
  }
}
