import { KiketError } from "../base/errors.js";

/** Options of `raw`. */
export interface RawOptions {
  /** The content type of the body, such as `text/csv; charset=utf-8`. */
  readonly contentType: string;
  /**
   * The HTTP status: 2xx, 4xx or 5xx, but not 204 and 205, which have no body. Default 200. With 429 and 5xx Kiket tries again, and
   * the handler then runs again.
   */
  readonly status?: number | undefined;
}

/** What `raw` returns. */
export interface RawReply {
  /** HTTP status. */
  readonly status: number;
  readonly contentType: string;
  /** Text is sent as UTF-8. */
  readonly body: string | Uint8Array<ArrayBuffer>;
}

/** The same in every copy of this package. No payload can contain it. */
const mark = Symbol.for("kiket-gen.raw");

const prototype = {
  toJSON(): never {
    throw new KiketError("raw() must be the whole result, not a part of it");
  },
};

/** Type, subtype and parameters (RFC 9110, section 8.3). A line break, which would start another header, cannot pass. */
const contentTypeText = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?: ?; ?[\w!#$&^.+-]+=(?:[\w!#$&^.+-]+|"[ !#-[\]-~]*"))*$/;
const longestContentType = 256;

function mayHaveBody(status: unknown): boolean {
  if (!Number.isInteger(status)) return false;
  const kind = Math.floor((status as number) / 100);
  return kind === 2 ? status !== 204 && status !== 205 : kind === 4 || kind === 5;
}

/**
 * A reply that is not JSON: `return raw(csv, { contentType: "text/csv; charset=utf-8" })`. It must be the whole result of the
 * handler. Kiket gets the body as it is, with `X-Content-Type-Options: nosniff`.
 * @throws {KiketError} if the content type, the status or the body cannot be sent.
 */
export function raw(body: string | Uint8Array<ArrayBuffer>, { contentType, status = 200 }: RawOptions): RawReply {
  if (typeof body !== "string" && !(body instanceof Uint8Array)) {
    throw new KiketError("raw() needs a body that is a string or a Uint8Array.");
  }
  if (
    typeof contentType !== "string" ||
    contentType.length > longestContentType ||
    !contentTypeText.test(contentType)
  ) {
    throw new KiketError(`raw() needs a content type such as "text/csv; charset=utf-8".`);
  }
  if (!mayHaveBody(status)) {
    throw new KiketError("raw() needs a status of 2xx, 4xx or 5xx, but not 204 or 205, which have no body.");
  }
  return Object.freeze(Object.assign(Object.create(prototype), { status, contentType, body, [mark]: true }));
}

/** The raw reply that a handler returned, or undefined if its result is anything else. */
export function asRawReply(result: unknown): RawReply | undefined {
  if (typeof result !== "object" || result === null || !Object.hasOwn(result, mark)) return undefined;
  // A copy may have been changed.
  const { body, contentType, status } = result as RawReply;
  return raw(body, { contentType, status });
}
