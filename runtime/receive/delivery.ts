import { isJsonType, mediaType } from "../base/headers.js";
import { isJsonObject, type JsonObject } from "../base/json.js";
import { isDeeperThan } from "../base/json-depth.js";
import { alreadyRead, type BodyCounter, type NodeRequest, readNodeBody, readWebBody, tooLarge } from "./body.js";
import { Refusal } from "./failure.js";
import type { Limits } from "./limits.js";

/** An event that the configuration names for a path. */
export interface PathEvent {
  readonly event: string;
  /** The version of a delivery that names none. Undefined if the configuration does not say. */
  readonly version: string | undefined;
}

/** A path for which the configuration names the events, each of them once. */
export interface EventPath {
  readonly path: string;
  readonly events: readonly [PathEvent, ...PathEvent[]];
}

/** A delivery as it was received. Nothing in it is verified. */
export interface Delivery {
  readonly state: "received";
  /** The event of the path. Undefined on a path for deliveries that name the event in the body. */
  readonly event: string | undefined;
  /** Undefined if the configuration does not name the events of the path. */
  readonly eventPath: EventPath | undefined;
  readonly pathVersion: string | undefined;
  /** The query with its question mark, or an empty string. */
  readonly search: string;
  readonly headers: Headers;
  /** The raw bytes, which can be read from the request only once. */
  readonly body: Uint8Array;
}

/** The parts of a request from which a delivery is read. */
export interface DeliveryRequest {
  readonly event: string | undefined;
  readonly eventPath: EventPath | undefined;
  readonly pathVersion: string | undefined;
  readonly search: string;
  readonly request: Request;
  /** Node's own request, if the extension runs on Node. */
  readonly node: NodeRequest | undefined;
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** Far more than a delivery has, and fewer than the 2000 after which Node leaves headers out without an error. */
const mostHeaders = 256;

/** @throws {Refusal} 431 */
function checkHeaders({ request, node }: DeliveryRequest, { headerBytes }: Limits): void {
  let size = 0;
  let texts = 0;
  const add = (text: string): void => {
    size += text.length;
    texts += 1;
  };
  if (node !== undefined) for (const text of node.rawHeaders) add(text);
  else for (const header of request.headers) header.forEach(add);
  if (size > headerBytes) throw new Refusal(431, "headers-too-large", `Headers larger than ${headerBytes} bytes`);
  if (texts > 2 * mostHeaders) throw new Refusal(431, "headers-too-large", `More than ${mostHeaders} headers`);
}

/**
 * The body is never decoded: a small one could become a very large one, and a signature covers the bytes as sent.
 * @throws {Refusal} 415
 */
function checkEncodings(headers: Headers): void {
  const content = headers.get("content-encoding");
  if (content !== null && !/^[\s,]*(?:identity[\s,]*)*$/i.test(content)) {
    const message = "Content-Encoding is not supported: send the body without compression";
    throw new Refusal(415, "content-encoding", message, { headers: { "accept-encoding": "identity" } });
  }
  const transfer = headers.get("transfer-encoding");
  if (transfer !== null && transfer.trim().toLowerCase() !== "chunked") {
    throw new Refusal(
      415,
      "transfer-encoding",
      "Transfer-Encoding is not supported: send the body without compression",
    );
  }
}

/**
 * Reads a delivery. The cheapest checks come first: headers (431), content type and encoding (415), size (413), time (503).
 * @throws {Refusal}
 */
export async function readDelivery(source: DeliveryRequest, limits: Limits, counter: BodyCounter): Promise<Delivery> {
  const { request, node, event, eventPath, pathVersion, search } = source;
  const { headers } = request;
  checkHeaders(source, limits);
  const type = mediaType(headers.get("content-type"));
  if (!isJsonType(type)) throw new Refusal(415, "content-type", "Content-Type must be application/json");
  checkEncodings(headers);
  const length = Number(headers.get("content-length") || Number.NaN);
  if (length > limits.bodyBytes) throw tooLarge(limits);
  const body = await (node === undefined ? readWebBody(request, limits, counter) : readNodeBody(node, limits, counter));
  // A middleware made a new request without the body that it had read, or with another one.
  const isLost = body.length === 0 && (length > 0 || headers.has("transfer-encoding"));
  if (isLost || (length >= 0 && body.length !== length)) throw alreadyRead();
  return { state: "received", event, eventPath, pathVersion, search, headers, body };
}

/**
 * The body as a JSON object.
 * @throws {Refusal} 400
 */
export function parsePayload(body: Uint8Array, { jsonDepth }: Pick<Limits, "jsonDepth">): JsonObject {
  if (isDeeperThan(body, jsonDepth))
    throw new Refusal(400, "json-too-deep", `Body is nested deeper than ${jsonDepth} levels`);
  let payload: unknown;
  try {
    payload = JSON.parse(decoder.decode(body));
  } catch {
    throw new Refusal(400, "json-invalid", "Body is not valid JSON");
  }
  if (!isJsonObject(payload)) throw new Refusal(400, "json-not-an-object", "Body must be a JSON object");
  return payload;
}
