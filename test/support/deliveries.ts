import type { ExtensionOptions, Logger, OutboundOptions } from "../../runtime/index.js";
import type { KiketServer } from "./kiket-server.js";
import { type SigningKey, testClaims, testTime } from "./tokens.js";

export interface LogLine {
  readonly level: keyof Logger;
  readonly message: string;
  readonly fields: object | undefined;
}

/** A logger that stores its lines. `others` are those that do not say how a delivery has ended. */
export function createTestLogger(): Logger & { readonly lines: LogLine[]; readonly others: readonly LogLine[] } {
  const lines: LogLine[] = [];
  const write = (level: keyof Logger) => (message: string, fields?: object) => {
    lines.push({ level, message, fields });
  };
  return {
    lines,
    get others() {
      return lines.filter(({ fields }) => fields === undefined || !("status" in fields));
    },
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
  };
}

/** Retries calls to Kiket without waiting. */
const noWaiting: OutboundOptions = { sleep: () => Promise.resolve(), random: () => 0 };

/** Common options of all test extensions: the local Kiket, a fixed clock, an empty environment, and no waits before retries. */
export function testOptions(kiket: KiketServer): Omit<ExtensionOptions, "handlers"> {
  return { baseUrl: kiket.baseUrl, now: () => testTime, env: {}, logger: createTestLogger(), outbound: noWaiting };
}

export interface TestDelivery {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Added to `authentication`. */
  readonly payload?: Readonly<Record<string, unknown>>;
  readonly signal?: AbortSignal;
}

/** A signed delivery with this id, for an extension whose clock is the real one. */
export function requestNow(key: SigningKey, deliveryId: string): Promise<Request> {
  const iat = Math.floor(Date.now() / 1000);
  return signedRequest(key, { headers: { "x-kiket-delivery": deliveryId }, claims: { iat, exp: iat + 300 } });
}

/** Sends it to a server. */
export async function deliverNow(key: SigningKey, url: string, deliveryId: string): Promise<Response> {
  const request = await requestNow(key, deliveryId);
  return fetch(new Request(url + new URL(request.url).pathname, request));
}

/** A signed delivery, by default of `issue.created` version v1, with its own token. */
export async function signedRequest(key: SigningKey, delivery: TestDelivery = {}): Promise<Request> {
  const { path = "/v/v1/webhooks/issue.created", headers, claims, payload, signal } = delivery;
  const runtime_token = await key.sign({ ...testClaims, jti: crypto.randomUUID(), ...claims });
  return new Request(`http://extension.test${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ event: "issue.created", ...payload, authentication: { runtime_token } }),
    ...(signal === undefined ? {} : { signal }),
  });
}
