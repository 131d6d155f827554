import { reasonOf } from "../base/errors.js";
import { asRawReply } from "../handler/raw-reply.js";
import { type Reply, replyWithContent, replyWithText } from "../receive/replies.js";
import { plainResult, ResultError } from "./plain-result.js";

const defaultBody = JSON.stringify({ ok: true });

/** The reply to a delivery whose handler has returned: only a missing result gets the default (facts 131, 1007). */
function replyTo(result: unknown): Reply {
  if (result === undefined || result === null) return replyWithText(200, defaultBody);
  const raw = asRawReply(result);
  if (raw !== undefined) return replyWithContent(raw.status, raw.body, raw.contentType);
  const plain = plainResult(result);
  if (plain === undefined) throw new ResultError("result is undefined after its toJSON was called");
  return replyWithText(200, JSON.stringify(plain));
}

/**
 * The reply that a handler's result stands for: JSON, or what `raw` made.
 * @throws {ResultError} if the result cannot be sent as it is.
 */
export function replyOfResult(result: unknown): Reply {
  try {
    return replyTo(result);
  } catch (cause) {
    if (cause instanceof ResultError) throw cause;
    throw new ResultError(`result cannot be sent: ${reasonOf(cause)}`, { cause });
  }
}
