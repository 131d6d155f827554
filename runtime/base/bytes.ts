// `btoa` and `atob` are the only functions for base64 that Node 20, Bun, Deno and workers share.

export function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** Base64 for URLs and names: `-` and `_`, and no padding. */
export function toBase64Url(bytes: Uint8Array): string {
  return toBase64(bytes).replace(/[+/=]/g, (sign) => (sign === "+" ? "-" : sign === "/" ? "_" : ""));
}

/** @throws {DOMException} if the text is not base64. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** @throws {TypeError} if the text is not base64 for URLs, without padding. */
export function fromBase64Url(text: string): Uint8Array {
  if (text.length % 4 === 1 || !/^[\w-]*$/.test(text)) throw new TypeError("The text is not base64url");
  // A tenth of the time of `atob`, which Node 20 runs as JavaScript.
  if (typeof Buffer !== "undefined") return Buffer.from(text, "base64url");
  return fromBase64(text.replaceAll("-", "+").replaceAll("_", "/"));
}

/** The chunks as one, `size` bytes in all. A single chunk is not copied. */
export function joinBytes<Buffer extends ArrayBufferLike>(
  chunks: readonly Uint8Array<Buffer>[],
  size: number,
): Uint8Array<Buffer | ArrayBuffer> {
  const [only] = chunks;
  if (only !== undefined && chunks.length === 1) return only;
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}
