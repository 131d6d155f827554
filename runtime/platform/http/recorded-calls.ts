import { isCredentialName } from "../../secrecy/credential-names.js";
import { mask } from "../../secrecy/redacting-logger.js";
import type { Fault } from "../faults.js";
import type { OperationId } from "./operation.js";

/** One request that the platform was sent, whether or not it was accepted. */
export interface ApiCall {
  /** `undefined` where the path or method is unknown. */
  readonly operationId: OperationId | undefined;
  readonly method: string;
  /** As sent, still percent-encoded, without the query. */
  readonly path: string;
  /** Last value of each parameter, as text. */
  readonly query: Readonly<Record<string, string>>;
  /** Lower-case names; credentials are replaced by `[redacted]`. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON, the text where it is not JSON, `undefined` where there is none or it is past 10 MiB. */
  readonly body: unknown;
  /** As answered; 0 where the connection was cut. */
  readonly status: number;
  /** The injected fault that decided the answer. */
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
