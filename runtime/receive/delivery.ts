import { isJsonType, mediaType } from "../base/headers.js";
import { isJsonObject, type JsonObject } from "../base/json.js";
import { isDeeperThan } from "../base/json-depth.js";
import { type NodeRequest, readNodeBody, readWebBody, tooLarge } from "./body.js";
import type { Limits } from "./limits.js";
import { Refusal } from "./replies.js";

/** A delivery as it was received. Nothing in it is verified. */
export interface Delivery {
  readonly state: "received";
  /** The decoded event of the path. Undefined on the path for deliveries that name the event in the body. */
  readonly event: string | undefined;
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
  readonly pathVersion: string | undefined;
  readonly search: string;
  readonly request: Request;
  /** Node's own request, if the extension runs on Node. */
  readonly node: NodeRequest | undefined;
}

const decoder = new TextDecoder("utf-8", { fatal: true });

function headerSize({ request, node }: DeliveryRequest): number {
  let size = 0;
  if (node === undefined) for (const [name, value] of request.headers) size += name.length + value.length;
  else for (const text of node.rawHeaders) size += text.length;
  return size;
}

/**
 * Reads a delivery. The cheapest checks come first: headers (431), content type (415), size (413), time (503).
 * @throws {Refusal}
 */
export async function readDelivery(source: DeliveryRequest, limits: Limits): Promise<Delivery> {
  const { request, node, event, pathVersion, search } = source;
  const { headers } = request;
  if (headerSize(source) > limits.headerBytes)
    throw new Refusal(431, `Headers larger than ${limits.headerBytes} bytes`);
  const type = mediaType(headers.get("content-type"));
  if (!isJsonType(type)) throw new Refusal(415, "Content-Type must be application/json");
  if (Number(headers.get("content-length") ?? 0) > limits.bodyBytes) throw tooLarge(limits);
  const body = await (node === undefined ? readWebBody(request, limits) : readNodeBody(node, limits));
  return { state: "received", event, pathVersion, search, headers, body };
}

/**
 * The body as a JSON object.
 * @throws {Refusal} 400
 */
export function parsePayload(body: Uint8Array, { jsonDepth }: Pick<Limits, "jsonDepth">): JsonObject {
  if (isDeeperThan(body, jsonDepth)) throw new Refusal(400, `Body is nested deeper than ${jsonDepth} levels`);
  let payload: unknown;
  try {
    payload = JSON.parse(decoder.decode(body));
  } catch {
    throw new Refusal(400, "Body is not valid JSON");
  }
  if (!isJsonObject(payload)) throw new Refusal(400, "Body must be a JSON object");
  return payload;
}
