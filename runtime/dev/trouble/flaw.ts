import { headerNames } from "../../base/headers.js";
import { isJsonObject, type JsonObject, parseJsonObject } from "../../base/json.js";
import { timestamp } from "../../platform/clock.js";
import type { DeliveryInput } from "../../platform/deliver.js";
import type { DeliveryRecord } from "../../platform/inspector/delivery-record.js";
import type { Flaw } from "../../platform/inspector/trouble.js";
import { createKeys } from "../../platform/signing-keys.js";
import { createTokens, type TokenClaims } from "../../platform/tokens.js";
import { claimsIn } from "../attempt.js";

/** How far a token or a signature is in the past or the future, in seconds. Longer than any tolerance. */
const distance = 3600;

/** The seconds that a flaw moves the time of a token or a signature. */
const shifts: Partial<Readonly<Record<Flaw, number>>> = { "expired-token": -distance, "future-token": distance };

/** What a flaw changes in a delivery that is signed with an HMAC, before it is signed. */
export function flawedSigning(flaw: Flaw | undefined, now: number): Partial<DeliveryInput> {
  if (flaw === "foreign-key") return { secret: `whsec_foreign_${crypto.randomUUID()}` };
  const shift = flaw === undefined ? undefined : shifts[flaw];
  return shift === undefined ? {} : { timestamp: Math.floor(now / 1000) + shift };
}

/** Another signature of the same form. */
function broken(signature: string): string {
  const [first = ""] = signature;
  return (first === "0" ? "1" : "0") + signature.slice(1);
}

interface Signer {
  sign(claims: TokenClaims): Promise<string>;
}

/** The token with the flaw, and when it expires, in Unix seconds. */
async function flawedToken(flaw: Flaw, token: string, claims: TokenClaims, platform: Signer) {
  const { iat = 0, exp = 0 } = claims;
  const shift = shifts[flaw];
  if (shift !== undefined) {
    return { token: await platform.sign({ ...claims, iat: iat + shift, exp: exp + shift }), exp: exp + shift };
  }
  if (flaw === "foreign-key") return { token: await createTokens(await createKeys(), Date.now).sign(claims), exp };
  const [header, payload, signature = ""] = token.split(".");
  return { token: [header, payload, broken(signature)].join("."), exp };
}

async function flawedBody(flaw: Flaw, text: string, platform: Signer): Promise<string> {
  const body: JsonObject = parseJsonObject(text) ?? {};
  const { authentication } = body;
  if (!isJsonObject(authentication) || typeof authentication.runtime_token !== "string") return text;
  const { token, exp } = await flawedToken(flaw, authentication.runtime_token, claimsIn(text) ?? {}, platform);
  const changed = { ...authentication, runtime_token: token, expires_at: timestamp(exp * 1000) };
  return JSON.stringify({ ...body, authentication: changed });
}

/** The request with the flaw, as far as it is one of what was signed. */
export async function flawedRequest(flaw: Flaw | undefined, request: Request, platform: Signer): Promise<Request> {
  if (flaw === undefined || flaw === "duplicate") return request;
  const { url, method, signal } = request;
  const headers = new Headers(request.headers);
  const signature = headers.get(headerNames.signature);
  const text = await request.text();
  if (signature !== null && flaw === "wrong-signature") {
    const [, prefix = "", hex = ""] = /^(sha256=)?(.*)$/.exec(signature) ?? [];
    headers.set(headerNames.signature, prefix + broken(hex));
  }
  const body = signature === null ? await flawedBody(flaw, text, platform) : text;
  return new Request(url, { method, headers, body, signal });
}

/** Statuses that say who calls is not believed. */
const disbelieved: readonly number[] = [400, 401, 403];

/** Whether the extension has treated a delivery as one with its flaw should be; undefined while that is not known. */
function resultOf({ flaw, attempts }: Pick<DeliveryRecord, "flaw" | "attempts">): DeliveryRecord["flawResult"] {
  const [before, last] = attempts.slice(-2);
  if (flaw === "duplicate") {
    const replies = [before?.reply, last?.reply];
    if (replies.some((reply) => reply === undefined)) return undefined;
    return before?.reply?.status === last?.reply?.status && before?.reply?.body === last?.reply?.body
      ? "right"
      : "wrong";
  }
  const status = attempts.at(-1)?.reply?.status;
  if (flaw === undefined || status === undefined) return undefined;
  if (status >= 200 && status <= 299) return "wrong";
  // The clock of the extension may be what is wrong, so that Kiket should try again.
  if (flaw === "future-token" && status === 503) return "right";
  return disbelieved.includes(status) ? "right" : undefined;
}

/** The record with the result of its flaw, as far as it has one. */
export function withFlawResult({ flawResult: _, ...record }: DeliveryRecord): DeliveryRecord {
  const flawResult = resultOf(record);
  return flawResult === undefined ? record : { ...record, flawResult };
}
