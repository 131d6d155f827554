import { bytesOf } from "../base/digest.js";
import { headerNames, singleValue } from "../base/headers.js";
import type { HmacConfig } from "../config/inbound.js";
import { type FailureReason, Refusal, tryAgain } from "../receive/failure.js";

/** The parts of a delivery that the check of a signature needs. */
interface SignedParts {
  readonly headers: Headers;
  /** The raw bytes. JSON that was parsed and written again may have other bytes than those that were signed. */
  readonly body: Uint8Array;
}

/** Resolves to the signature in lower-case hex, without prefix. It differs for every other body and timestamp. */
type HmacVerifier = (parts: SignedParts) => Promise<string>;

type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/** How far the timestamp may be from the clock, before or after, in seconds. */
const tolerance = 300;
const unixSeconds = /^\d{1,12}$/;
const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)$/;
const signaturePattern = /^(?:sha256=)?([0-9a-f]{64})$/i;
const encoder = new TextEncoder();

function refuse(reason: FailureReason, message: string, detail = message): Refusal {
  return new Refusal(401, reason, message, { detail });
}

function secondsOf(timestamp: string): number {
  if (unixSeconds.test(timestamp)) return Number(timestamp);
  const milliseconds = isoTime.test(timestamp) ? Date.parse(timestamp) : Number.NaN;
  if (Number.isNaN(milliseconds)) throw refuse("timestamp-malformed", "Invalid X-Kiket-Timestamp header");
  return milliseconds / 1000;
}

function outOfTime(seconds: number): string {
  return `Request timestamp too old or too far in future: ${Math.round(Math.abs(seconds))}s`;
}

/** How much later than the clock the timestamp is, in seconds. */
function aheadBy(timestamp: string, now: number): number {
  const ahead = secondsOf(timestamp) - now / 1000;
  if (ahead < -tolerance) throw refuse("timestamp-out-of-range", outOfTime(ahead));
  return ahead;
}

/** A signed timestamp from the future comes from Kiket: the clock of this process is wrong. It may be right later. */
function requireBegun(ahead: number): void {
  if (ahead <= tolerance) return;
  throw tryAgain("timestamp-out-of-range", `${outOfTime(ahead)}; check the clock of this process`);
}

function prefixed(timestamp: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const prefix = encoder.encode(`${timestamp}.`);
  const bytes = new Uint8Array(prefix.length + body.length);
  bytes.set(prefix);
  bytes.set(body, prefix.length);
  return bytes;
}

/**
 * Makes the check of signatures by a shared secret: HMAC-SHA256 over `<timestamp>.<body>` in hex, with or without `sha256=`, and
 * a timestamp within 300 s of the clock. Every secret is tried, and compared in constant time (by WebCrypto's `verify`). Without
 * a secret nothing is accepted. With secrets of a source, a signature that none of them made may be that of a new one: then they are loaded
 * again, within limits.
 */
export function createHmacVerifier({ secrets, legacyBodySignature }: HmacConfig, now: () => number): HmacVerifier {
  // See facts 150 to 154.
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  let imported: { readonly of: readonly string[]; readonly keys: Promise<readonly Key[]> } | undefined;
  /** Imported with the first delivery, because creating an extension must not wait, and again when the secrets have changed. */
  const keys = (): Promise<readonly Key[]> => {
    const live = secrets.live();
    if (imported?.of !== live) {
      const importing = live.map((secret) =>
        crypto.subtle.importKey("raw", encoder.encode(secret), algorithm, false, ["verify"]),
      );
      imported = { of: live, keys: Promise.all(importing) };
    }
    return imported.keys;
  };
  const isSigned = async (signature: Uint8Array<ArrayBuffer>, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> => {
    let signed = false;
    for (const key of await keys()) {
      if (await crypto.subtle.verify("HMAC", key, signature, bytes)) signed = true;
    }
    return signed;
  };

  return async ({ headers, body }) => {
    const given = singleValue(headers, headerNames.signature) ?? "";
    if (given === "") throw refuse("signature-missing", "Missing X-Kiket-Signature header");
    const timestamp = singleValue(headers, headerNames.timestamp) ?? "";
    if (timestamp === "" && !legacyBodySignature) throw refuse("timestamp-missing", "Missing X-Kiket-Timestamp header");
    const ahead = timestamp === "" ? 0 : aheadBy(timestamp, now());
    const hex = signaturePattern.exec(given)?.[1]?.toLowerCase();
    if (hex === undefined) {
      throw refuse("signature-malformed", "Invalid signature", "X-Kiket-Signature is not 64 hexadecimal digits");
    }
    const signature = bytesOf(hex);
    // One that was taken from the source by mistake may be there again.
    if (secrets.live().length === 0) await secrets.renewed?.();
    if (secrets.live().length === 0) {
      throw tryAgain("secrets-unavailable", "Secrets are unavailable", { detail: "There is no webhook secret now" });
    }
    const isProved = async (): Promise<boolean> => {
      if (timestamp !== "" && (await isSigned(signature, prefixed(timestamp, body)))) {
        requireBegun(ahead);
        return true;
      }
      // The timestamp is not signed, so nobody knows who wrote it.
      if (ahead > tolerance) throw refuse("timestamp-out-of-range", outOfTime(ahead));
      return legacyBodySignature && (await isSigned(signature, new Uint8Array(body)));
    };
    if (await isProved()) return hex;
    if (secrets.renewed !== undefined) {
      // The secret may be new, or made by nobody who knows one. Until secrets are loaded again that cannot be told, and Kiket repeats after 503.
      if (!(await secrets.renewed())) {
        throw tryAgain("secrets-unavailable", "Secrets are unavailable", {
          detail: "The signature was not made with a known secret, and secrets cannot be loaded again yet",
        });
      }
      if (await isProved()) return hex;
    }
    throw refuse("signature-wrong", "Invalid signature", "X-Kiket-Signature was not made with a configured secret");
  };
}
