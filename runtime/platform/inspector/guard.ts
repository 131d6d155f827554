import { createHash, timingSafeEqual } from "node:crypto";
import { type HeadRefusal, refuseForeign } from "../http/foreign-request.js";
import type { RequestHead } from "../http/request-head.js";

/** The header that carries the token of the launch. Never a cookie: a browser sends those to every port. */
const tokenHeader = "x-kiket-gen-token";

/** On every answer, errors too. There is no header of CORS among them, so that no page of another address can read one. */
export const answerHeaders: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  // Texts of payloads and logs can be anything: even a mistake in the page runs no script of theirs, and sends nothing elsewhere.
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; "),
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** Where a page gets the token for a ticket. */
export const tokenPath = "/api/token";

export interface InspectorDoor {
  readonly port: number;
  readonly token: string;
  /** Whether this is a ticket, which lets in once, and only to `POST /api/token`. */
  readonly takeTicket: (ticket: string) => boolean;
  /** Whether the target is, to the letter, a file of the page. These need no token, and have none in them. */
  readonly isPage: (target: string) => boolean;
}

const methods = ["GET", "POST"];

/** All that the head of a request must be, before it is routed. Never throws. */
export function refuseInspectorRequest(
  head: RequestHead,
  { port, token, takeTicket, isPage }: InspectorDoor,
): HeadRefusal | undefined {
  const forPage = isPage(head.target);
  // `none`: the address was typed, or opened by a program.
  const foreign = refuseForeign(head, port, forPage ? ["same-origin", "none"] : ["same-origin"]);
  if (foreign !== undefined) return foreign;
  const allowed = forPage ? ["GET"] : methods;
  if (!allowed.includes(head.method)) {
    const allow = allowed.join(", ");
    return { status: 405, error: "The method is not allowed here", hint: `Allowed: ${allow}.`, allow };
  }
  if (head.headers.has("upgrade")) {
    return { status: 400, error: "This server speaks no other protocol than HTTP/1.1", hint: "Leave out Upgrade." };
  }
  if (forPage || hasToken(head, token)) return undefined;
  const [given = ""] = head.headers.get(tokenHeader) ?? [];
  if (head.target === tokenPath && head.method === "POST" && takeTicket(given)) return undefined;
  return {
    status: 401,
    error: `The header ${tokenHeader} is missing or has another token`,
    hint: "The token is new in every run of `kiket-gen dev`: use the address that it prints.",
  };
}

function hasToken(head: RequestHead, token: string): boolean {
  const [value, ...others] = head.headers.get(tokenHeader) ?? [];
  // Digests have one length, and take one time to compare.
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return value !== undefined && others.length === 0 && timingSafeEqual(digest(value), digest(token));
}
