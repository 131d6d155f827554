/** A shorter number is a count or an id in half of all log lines. */
const shortestNumber = 4;

function inJson(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The texts that a secret consists of. A secret may be text, a number, or an object or list, also one that is written as JSON, such
 * as the key file of a service account. Numbers count from 4 characters on. True, false and null are in every text and reveal nothing.
 */
export function textsOf(secret: unknown): readonly string[] {
  // A secret from a file often ends with a newline, which its user removes.
  if (typeof secret === "string") return [...new Set([secret, secret.trim()]), ...textsOf(inJson(secret))];
  if (typeof secret === "number" || typeof secret === "bigint") {
    const text = String(secret);
    return text.length < shortestNumber ? [] : [text];
  }
  return typeof secret === "object" && secret !== null ? Object.values(secret).flatMap(textsOf) : [];
}
