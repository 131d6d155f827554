import { isJsonObject } from "../../base/json.js";
import { isCredentialName, withoutCredentials } from "../../secrecy/credential-names.js";
import { mask, redact } from "../../secrecy/redacting-logger.js";
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
  /** The injected fault that determined the response, or else delayed it. */
  readonly fault: Fault["fault"] | undefined;
  /** The delivery whose runtime token was sent. */
  readonly deliveryId: string | undefined;
  /**
   * The body of the response: parsed JSON, with `[redacted]` in place of credentials and of the platform's secrets; a text that
   * tells the size if it is not JSON or longer than 64 KiB; `undefined` if there is none.
   */
  readonly answer: unknown;
  /** When the request had arrived, in milliseconds since 1970. Jumps of the platform's clock do not count. */
  readonly at: number;
  /** Milliseconds until the response. */
  readonly ms: number;
}

/** The recorded calls. With `most`, only that many of the newest are kept. */
export interface CallLog {
  readonly calls: readonly ApiCall[];
  add(call: ApiCall): void;
  /** A place in the log, for `since`. */
  mark(): number;
  /** The calls after this place that are still there. */
  since(mark: number): readonly ApiCall[];
  clear(): void;
}

export function createCallLog(most: number = Number.POSITIVE_INFINITY): CallLog {
  const calls: ApiCall[] = [];
  let dropped = 0;
  const drop = (count: number): void => {
    calls.splice(0, count);
    dropped += count;
  };
  return {
    calls,
    add(call) {
      calls.push(call);
      if (calls.length > most) drop(calls.length - most);
    },
    mark: () => dropped + calls.length,
    since: (mark) => calls.slice(Math.max(0, mark - dropped)),
    clear: () => drop(calls.length),
  };
}

/** Characters of a body as it is recorded or kept. */
const longestBody = 64 * 1024;

const secretOperations: ReadonlySet<OperationId | undefined> = new Set<OperationId | undefined>([
  "getSecret",
  "setSecret",
  "createSecret",
  "updateSecret",
]);

/** A body that can be shown: without credentials and these secrets, and no longer than 64 KiB. */
export function shownBody(
  body: unknown,
  operationId: OperationId | undefined,
  secrets: readonly string[] = [],
): unknown {
  if (body === undefined) return undefined;
  if (Buffer.isBuffer(body)) return `[${body.length} bytes]`;
  const { length } = JSON.stringify(body);
  if (length > longestBody) return `[${length} characters of JSON]`;
  const { safe } = withoutCredentials(body, (text) => redact(text, secrets));
  // In the operations on secrets, every value is one.
  return secretOperations.has(operationId) && isJsonObject(safe) && "value" in safe ? { ...safe, value: mask } : safe;
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
