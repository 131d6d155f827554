import { createHmac, createPublicKey, type JsonWebKey, timingSafeEqual, verify } from "node:crypto";
import type { IncomingMessage, RequestListener } from "node:http";

/** What a receiver that verifies well otherwise does wrong. */
export type TokenFlaw =
  | "accepts none"
  | "accepts HS256"
  | "ignores the signature"
  | "takes the key inside"
  | "takes the key's address"
  | "takes the issuer's keys"
  | "takes the body's keys"
  | "calls the body's address"
  | "ignores exp"
  | "requires no exp"
  | "ignores iat"
  | "ignores the issuer"
  | "fails on bad tokens"
  | "answers 401 while keys are down"
  | "never fetches keys again"
  | "lets anybody in"
  | "parses anything"
  | "hangs on large bodies"
  | "takes one body at a time";

type Claims = Readonly<Record<string, unknown>>;
interface Key extends JsonWebKey {
  readonly kid?: string;
}
class Refused extends Error {}
class NotNow extends Error {}

function part(token: string, index: number): Claims {
  return JSON.parse(Buffer.from(token.split(".")[index] ?? "", "base64url").toString()) as Claims;
}

function isSigned(token: string, key: Key): boolean {
  const [header, claims, signature = ""] = token.split(".");
  const publicKey = { key: createPublicKey({ key, format: "jwk" }), dsaEncoding: "ieee-p1363" } as const;
  return verify("sha256", Buffer.from(`${header}.${claims}`), publicKey, Buffer.from(signature, "base64url"));
}

async function textOf(request: IncomingMessage, most: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= most) chunks.push(chunk);
  }
  return size > most ? undefined : Buffer.concat(chunks).toString();
}

/** Takes tokens as the runtime does, in few lines, but for one flaw. */
export function flawedTokens(kiket: string, flaw: TokenFlaw | "none"): RequestListener {
  const keySets = new Map<string, readonly Key[]>();
  const used = new Map<string, string>();
  const replies = new Map<string, number>();
  let last: Promise<unknown> = Promise.resolve();

  async function load(base: string): Promise<readonly Key[]> {
    const response = await fetch(`${base}/.well-known/jwks.json`).catch(() => undefined);
    if (response?.ok !== true) throw flaw === "answers 401 while keys are down" ? new Refused() : new NotNow();
    const { keys } = (await response.json()) as { readonly keys: readonly Key[] };
    keySets.set(base, keys);
    return keys;
  }

  async function keysFor(header: Claims, claims: Claims, body: Claims): Promise<readonly Key[]> {
    const api = body.api as { readonly base_url?: string } | undefined;
    let base = kiket;
    if (flaw === "takes the key inside" && header.jwk !== undefined) return [header.jwk as Key];
    if (flaw === "takes the key's address" && typeof header.jku === "string")
      base = header.jku.replace("/.well-known/jwks.json", "");
    if (flaw === "takes the issuer's keys" && claims.iss !== "kiket.dev") base = String(claims.iss);
    if (flaw === "takes the body's keys") base = api?.base_url ?? kiket;
    const known = keySets.get(base);
    const wanted = (keys: readonly Key[]) => keys.filter(({ kid }) => kid === header.kid);
    if (known !== undefined && (wanted(known).length > 0 || flaw === "never fetches keys again")) return wanted(known);
    return wanted(await load(base));
  }

  async function check(body: Claims): Promise<Claims> {
    const { runtime_token: token } = (body.authentication ?? {}) as { readonly runtime_token?: unknown };
    if (typeof token !== "string") throw new Refused();
    if (flaw !== "fails on bad tokens" && !/^[\w-]{10,}\.[\w-]{10,}\.[\w-]*$/.test(token)) throw new Refused();
    const [header, claims] = [part(token, 0), part(token, 1)];
    const keys = await keysFor(header, claims, body);
    if (header.alg === "HS256" && flaw === "accepts HS256") {
      const pems = keys.map((key) => createPublicKey({ key, format: "jwk" }).export({ type: "spki", format: "pem" }));
      const [text, signature] = [token.slice(0, token.lastIndexOf(".")), token.split(".")[2]];
      if (!pems.some((pem) => createHmac("sha256", pem).update(text).digest("base64url") === signature))
        throw new Refused();
    } else if (!(header.alg === "none" && flaw === "accepts none")) {
      if (header.alg !== "ES256") throw new Refused();
      if (flaw !== "ignores the signature" && !keys.some((key) => isSigned(token, key))) throw new Refused();
    }
    const now = Date.now() / 1000;
    const { iss, exp, iat } = claims;
    if (iss !== "kiket.dev" && flaw !== "ignores the issuer" && flaw !== "takes the issuer's keys") throw new Refused();
    if (typeof exp !== "number" ? flaw !== "requires no exp" : exp < now && flaw !== "ignores exp") throw new Refused();
    if (typeof iat === "number" && iat > now + 60 && flaw !== "ignores iat") throw new NotNow();
    return claims;
  }

  async function statusOf(request: IncomingMessage): Promise<number | undefined> {
    if (!request.headers["content-type"]?.startsWith("application/json")) return 415;
    const text = await textOf(request, 1024 * 1024);
    if (text === undefined) return flaw === "hangs on large bodies" ? undefined : 413;
    if (text.startsWith("[[[[")) return 400;
    let body: Claims | null;
    try {
      body = JSON.parse(text) as Claims | null;
    } catch {
      return flaw === "parses anything" ? 200 : 400;
    }
    if (body === null) return 400;
    const delivery = String(request.headers["x-kiket-delivery"]);
    try {
      const { jti } = await check(body);
      if (used.has(String(jti)) && used.get(String(jti)) !== delivery) return 401;
      used.set(String(jti), delivery);
    } catch (error) {
      if (error instanceof NotNow) return 503;
      if (error instanceof Refused) return flaw === "lets anybody in" && body.authentication === undefined ? 200 : 401;
      throw error;
    }
    if (flaw === "calls the body's address") {
      const { base_url: base } = body.api as { readonly base_url: string };
      await fetch(`${base}/api/v1/ext/rate_limit`).catch(() => undefined);
    }
    const before = replies.get(delivery);
    if (before !== undefined) return before;
    const status = request.url === "/v/v1/webhooks/issue.created" ? 200 : 404;
    replies.set(delivery, status);
    return status;
  }

  return (request, response) => {
    const answer = async () => {
      const status = await statusOf(request).catch(() => 500);
      if (status !== undefined) response.writeHead(status).end();
    };
    request.on("error", () => undefined);
    if (flaw !== "takes one body at a time") answer();
    else last = last.then(answer);
  };
}

export type SignatureFlaw =
  | "ignores the signature"
  | "signs parsed JSON"
  | "ignores the timestamp"
  | "takes old timestamps"
  | "takes future timestamps"
  | "requires the prefix";

/** Takes signatures in few lines, but for one flaw. */
export function flawedSignatures(secret: string, flaw: SignatureFlaw | "none"): RequestListener {
  const signatureOf = (text: string) => createHmac("sha256", secret).update(text).digest("hex");
  const check = (request: IncomingMessage, text: string): boolean => {
    const { "x-kiket-signature": given, "x-kiket-timestamp": time } = request.headers;
    if (typeof given !== "string") return false;
    if (flaw === "requires the prefix" && !given.startsWith("sha256=")) return false;
    if (flaw !== "ignores the timestamp") {
      const age = Date.now() / 1000 - Number(time ?? Number.NaN);
      if (!(age < 300 || flaw === "takes old timestamps")) return false;
      if (!(age > -300 || flaw === "takes future timestamps")) return false;
    }
    const expected = signatureOf(`${time}.${flaw === "signs parsed JSON" ? membersOf(text) : text}`);
    const bytes = Buffer.from(given.replace("sha256=", ""));
    if (flaw === "ignores the signature") return true;
    return bytes.length === expected.length && timingSafeEqual(bytes, Buffer.from(expected));
  };
  return async (request, response) => {
    const text = await textOf(request, 1024 * 1024).catch(() => "");
    const status = (): number => {
      if (text === undefined) return 413;
      if (!request.headers["content-type"]?.startsWith("application/json")) return 415;
      if (!check(request, text)) return 401;
      if (text.startsWith("[[[[")) return 400;
      try {
        const body = JSON.parse(text) as Claims | null;
        if (body === null) return 400;
        return body.type === "case.created" ? 200 : 404;
      } catch {
        return 400;
      }
    };
    response.writeHead(status()).end();
  };
}

/** As parsers make it that take no notice of what they do not know. */
function membersOf(text: string): string {
  try {
    const { doctor: _, ...members } = JSON.parse(text) as Claims;
    return JSON.stringify(members);
  } catch {
    return text;
  }
}
