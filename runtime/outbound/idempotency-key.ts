/** The key of a write; it takes part in the order of the calls, so it is asked for as the call is made. */
export type IdempotencyKeys = (method: string, url: string, body: ArrayBuffer | undefined) => Promise<string>;

const encoder = new TextEncoder();

async function sha256(...parts: readonly (ArrayBuffer | Uint8Array<ArrayBuffer>)[]): Promise<string> {
  const digests = await Promise.all(parts.map((part) => crypto.subtle.digest("SHA-256", part)));
  // A digest of digests: parts of any length cannot run into each other.
  const all = new Uint8Array(digests.flatMap((digest) => [...new Uint8Array(digest)]));
  const result = new Uint8Array(await crypto.subtle.digest("SHA-256", all));
  return Array.from(result, (byte) => byte.toString(16).padStart(2, "0")).join("");
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
    const call = await sha256(subject, encoder.encode(`${method} ${pathname}${search}`), body ?? new ArrayBuffer(0));
    const count = counts.get(call) ?? 0;
    counts.set(call, count + 1);
    return count === 0 ? call : sha256(encoder.encode(call), encoder.encode(String(count)));
  };
}
