import { isCredentialName } from "../../secrecy/credential-names.js";
import { mask } from "../../secrecy/redacting-logger.js";
import type { Fault } from "../fault.js";
import type { OperationId } from "./operation.js";

/** One request to the platform, accepted or not. */
export interface ApiCall {
  /** `undefined` if the path or method is unknown. */
  readonly operationId: OperationId | undefined;
  readonly method: string;
  /** As it was sent: percent-encoded, without the query. */
  readonly path: string;
  /** The last value of each parameter, as text. */
  readonly query: Readonly<Record<string, string>>;
  /** Names are in lower case. Credentials are replaced by `[redacted]`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON, the text if it is not JSON, `undefined` if there is no body or it is larger than 10 MiB. */
  readonly body: unknown;
  /** The status of the response, or 0 if a fault closed the connection. */
  readonly status: number;
  /** The injected fault that determined the response. */
  readonly fault: Fault["fault"] | undefined;
  /** The delivery whose runtime token was sent. */
  readonly deliveryId: string | undefined;
}

export function redactedHeaders(headers: Headers): Readonly<Record<string, string>> {
  return Object.fromEntries([...headers].map(([name, value]) => [name, isCredentialName(name) ? mask : value]));
}

/** The body of a recorded call or reply. */
export function readBody(text: string | undefined): unknown {
  if (text === undefined || text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
