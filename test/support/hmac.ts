import { createHmac } from "node:crypto";
import { testSeconds } from "./tokens.js";

export const webhookSecret = "whsec_test";

export interface SignedBody {
  readonly body: string;
  readonly secret?: string;
  /** In Unix seconds. Default: the clock of the tests. */
  readonly timestamp?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function hmacHex(text: string, secret: string = webhookSecret): string {
  return createHmac("sha256", secret).update(text).digest("hex");
}

/** A request that is signed with a shared secret (facts 150 to 153). */
export function hmacRequest({
  body,
  secret = webhookSecret,
  timestamp = String(testSeconds),
  path = "/v/v1/webhooks/issue.created",
  headers,
}: SignedBody): Request {
  return new Request(`http://extension.test${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-kiket-timestamp": timestamp,
      "x-kiket-signature": hmacHex(`${timestamp}.${body}`, secret),
      ...headers,
    },
    body,
  });
}
