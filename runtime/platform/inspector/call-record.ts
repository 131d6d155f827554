import { defined } from "../../base/json.js";
import { withoutCredentials } from "../../secrecy/credential-names.js";
import { type ApiCall, shownBody } from "../http/recorded-calls.js";
import type { CallRecord } from "./delivery-record.js";

/** A call as it is kept and shown: plain JSON, also without the credentials that it sent. */
export function callRecordOf(call: ApiCall): CallRecord {
  const { operationId, method, path, query, body, status, fault, answer, at, ms, deliveryId } = call;
  return {
    ...defined({ operationId, body: shownBody(body, operationId), fault, answer }),
    method,
    path,
    query: withoutCredentials(query).safe as CallRecord["query"],
    status,
    at,
    ms,
    ...(deliveryId === undefined ? { byOtherCredential: true } : {}),
  };
}
