import { type Reply, replyWithContent, replyWithText } from "../receive/replies.js";
import type { StoredReply } from "./delivery-store.js";

const jsonType = "application/json";

/** Plain text that a store can keep. No API for base64 is the same in Node 20, workers and browsers except these two. */
function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/** The members of a stored reply that describe the reply. */
export function storedFormOf({ status, body, headers }: Reply): Omit<StoredReply, "subject" | "keepUntil"> {
  const { "content-type": contentType = jsonType } = headers;
  const type = contentType === jsonType ? {} : { contentType };
  return typeof body === "string"
    ? { status, body, ...type }
    : { status, body: toBase64(body), encoding: "base64", ...type };
}

/** The way back. */
export function replyOfStored({ status, body, contentType = jsonType, encoding }: StoredReply): Reply {
  if (encoding === "base64") return replyWithContent(status, fromBase64(body), contentType);
  return contentType === jsonType ? replyWithText(status, body) : replyWithContent(status, body, contentType);
}
