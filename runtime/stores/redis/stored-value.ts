import { hash } from "node:crypto";
import { KiketError } from "../../base/errors.js";
import { raw } from "../../handler/raw-reply.js";
import type { Begun, StoredReply } from "../delivery-store.js";

/**
 * The key in Redis. What stands in braces decides the slot in a Redis Cluster, so each delivery has a slot of its own. It is hashed,
 * so that it is short, and contains nothing of the token or the signature.
 */
export function redisKey(prefix: string, key: string): string {
  // By code units: text with half a surrogate pair has no UTF-8.
  return `${prefix}:{${hash("sha256", Buffer.from(key, "utf16le"), "base64url")}}`;
}

/** What is stored while a delivery runs. It starts with a quotation mark, which a verdict does not. */
export function claimText(owner: string): string {
  return JSON.stringify(owner);
}

/** What is stored of a finished delivery. */
export function verdictText({ status, body, subject, keepUntil, contentType, encoding }: StoredReply): string {
  const common = [status, body, subject, keepUntil];
  if (encoding !== undefined) return JSON.stringify([...common, contentType ?? null, encoding]);
  return JSON.stringify(contentType === undefined ? common : [...common, contentType]);
}

function replyOf(text: string): StoredReply {
  const [status, body, subject, keepUntil, contentType, encoding] = JSON.parse(text);
  if (typeof body !== "string" || typeof subject !== "string" || !Number.isFinite(keepUntil)) throw new TypeError();
  // Throws unless a handler can have replied this.
  raw(body, { status, contentType: contentType ?? "application/json" });
  return {
    ...{ status, body, subject, keepUntil },
    ...(typeof contentType === "string" ? { contentType } : {}),
    ...(encoding === "base64" ? { encoding } : {}),
  };
}

/**
 * What `begin` answers.
 * @param stored What another run has stored. Null if there was nothing.
 * @throws {KiketError} if it is neither a claim nor a verdict.
 */
export function begunOf(stored: string | null): Begun {
  if (stored === null) return { state: "new" };
  if (stored.startsWith('"')) return { state: "running" };
  try {
    return { state: "done", reply: replyOf(stored) };
  } catch {
    throw new KiketError("The delivery is finished, but its stored reply is damaged");
  }
}
