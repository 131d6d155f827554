import { fromBase64, toBase64 } from "../base/bytes.js";
import { type Reply, replyWithContent, replyWithText } from "../receive/replies.js";
import type { StoredReply } from "./delivery-store.js";

const jsonType = "application/json";

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
