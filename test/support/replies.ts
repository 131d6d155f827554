import { isJsonObject } from "../../runtime/base/json.js";

/** The body of a refusal without the ids of the delivery, which differ each time. */
export function withoutIds(body: unknown): unknown {
  if (!isJsonObject(body) || body.error === undefined) return body;
  const { delivery_id: _deliveryId, correlation_id: _correlationId, ...rest } = body;
  return rest;
}

/** The same of a response. */
export async function bodyOf(response: Response): Promise<unknown> {
  return withoutIds(await response.json());
}
