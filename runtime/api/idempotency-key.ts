import { hexOf, sha256 } from "../base/digest.js";

/** Makes the key of a write. Equal writes are counted, so it must be called in the order of the calls. */
export type IdempotencyKeys = (method: string, url: string, body: ArrayBuffer | undefined) => Promise<string>;

const encoder = new TextEncoder();

/** A hash of the hashes of the parts, so that moving bytes from one part to the next changes the result. */
async function digestOf(...parts: readonly (ArrayBuffer | Uint8Array<ArrayBuffer>)[]): Promise<string> {
  const digests = await Promise.all(parts.map(sha256));
  return hexOf(await sha256(Uint8Array.from(digests.flatMap((digest) => [...digest]))));
}

/**
 * Makes the keys for the writes of one delivery. The same write has the same key in every attempt of the delivery, so that Kiket
 * can ignore a repeated write. The key is a hash of the delivery, the method, the path with its query, the body, and a number
 * that counts equal writes of the delivery.
 *
 * The body is part of the key because in a redelivery the handler may skip what is already done. If calls were only counted, a
 * record could get the key of another record and would not be written. But a body with the current time or a random value has a
 * new key each time: give such a call its own `Idempotency-Key` header.
 *
 * @param delivery What identifies the delivery, including the extension and the handler.
 */
export function createIdempotencyKeys(delivery: readonly (string | number | null | undefined)[]): IdempotencyKeys {
  // The documentation asks for the header and says no more (fact 206).
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
