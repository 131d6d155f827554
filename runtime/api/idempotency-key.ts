import { hexOf, sha256 } from "../base/digest.js";

/** The key of a write; it takes part in the order of the calls, so it is asked for as the call is made. */
export type IdempotencyKeys = (method: string, url: string, body: ArrayBuffer | undefined) => Promise<string>;

const encoder = new TextEncoder();

/** A digest of digests: parts of any length cannot run into each other. */
async function digestOf(...parts: readonly (ArrayBuffer | Uint8Array<ArrayBuffer>)[]): Promise<string> {
  const digests = await Promise.all(parts.map(sha256));
  return hexOf(await sha256(Uint8Array.from(digests.flatMap((digest) => [...digest]))));
}

/**
 * Keys for the writes of one delivery: the same write of the same delivery has the same key, so that when Kiket delivers
 * again what was already written is not written twice. The key is a hash of the delivery, the method, the path with its
 * query, the body, and a number that counts equal writes of the delivery.
 *
 * The body takes part because a redelivered handler may skip what it finds done: counted calls alone would then give one
 * record the key of another, which the platform would take for written. The price is that a body with a time of day or a
 * random value has a new key every time; give such a call an `Idempotency-Key` header of your own.
 *
 * @param delivery what makes the delivery unique, the extension and the handler among it.
 */
export function createIdempotencyKeys(delivery: readonly (string | number | null | undefined)[]): IdempotencyKeys {
  const counts = new Map<string, number>();
  const subject = encoder.encode(JSON.stringify(delivery));
  return async (method, url, body) => {
    const { pathname, search } = new URL(url);
    const call = await digestOf(subject, encoder.encode(`${method} ${pathname}${search}`), body ?? new ArrayBuffer(0));
    const count = counts.get(call) ?? 0;
    counts.set(call, count + 1);
    return count === 0 ? call : digestOf(encoder.encode(call), encoder.encode(String(count)));
  };
}
