import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import express, { type NextFunction, type Request, type Response } from "express";
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { closeAfterwards } from "../../../support/open-kiket.js";

/** The base URL of a server on a free port. */
export async function listening(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  closeAfterwards(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A receiver of somebody who has not thought of any proof. */
export function plainExpress(): RequestListener {
  const app = express();
  app.use(express.json());
  app.post("/{*path}", (_request: Request, response: Response) => void response.json({ ok: true }));
  return app;
}

/** Answers errors as JSON, with the status 500, as the official Node SDK does. */
function failAsSdk(error: Error, _request: Request, response: Response, _next: NextFunction): void {
  response.status(500).json({ error: error.message });
}

/**
 * Verifies as the official Node SDK does, by the facts that are known of it: the keys come from the address in the unverified body, are kept
 * for an hour, and are not fetched again for an unknown key; a token needs an issuer and nothing else; no delivery is remembered.
 */
export function nodeSdk(baseUrl: string): RequestListener {
  const keySets = new Map<string, JSONWebKeySet>();
  const keysOf = async (base: string): Promise<JSONWebKeySet> => {
    const known = keySets.get(base);
    if (known !== undefined) return known;
    const response = await fetch(`${base}/.well-known/jwks.json`);
    if (!response.ok) throw new Error(`Failed to fetch JWKS: ${response.status}`);
    const keys = (await response.json()) as JSONWebKeySet;
    keySets.set(base, keys);
    return keys;
  };
  const app = express();
  app.use(express.json());
  app.post(
    ["/webhooks/:event", "/v/:version/webhooks/:event"],
    async (request: Request, response: Response): Promise<void> => {
      const { body, params } = request;
      const base = typeof body.api?.base_url === "string" ? body.api.base_url : baseUrl;
      const token = body.authentication?.runtime_token;
      try {
        if (typeof token !== "string" || token === "") throw new Error("Missing runtime_token in payload");
        const keys = createLocalJWKSet(await keysOf(base.replace(/\/+$/, "")));
        await jwtVerify(token, keys, { issuer: "kiket.dev", algorithms: ["ES256"] });
      } catch (error) {
        response.status(401).json({ error: (error as Error).message });
        return;
      }
      if (params.event !== "issue.created" || params.version !== "v1") {
        response.status(404).json({ error: `No handler registered for event '${params.event}'` });
        return;
      }
      response.json({ ok: true });
    },
  );
  app.use(failAsSdk);
  return app;
}

/** Checks signatures as the Go and Java SDKs do: in plain hexadecimal, over the timestamp and the raw body. */
export function signedExpress(secret: string): RequestListener {
  const app = express();
  app.use(express.raw({ type: () => true, limit: "1mb" }));
  app.post("/kiket", (request: Request, response: Response) => {
    const signature = request.get("x-kiket-signature") ?? "";
    const timestamp = request.get("x-kiket-timestamp") ?? "";
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const expected = createHmac("sha256", secret).update(`${timestamp}.`).update(body).digest("hex");
    const given = Buffer.from(signature.replace(/^sha256=/, ""));
    const isSigned = given.length === expected.length && timingSafeEqual(given, Buffer.from(expected));
    if (!isSigned || Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) {
      response.status(401).json({ error: "Invalid signature" });
      return;
    }
    let parsed: unknown;
    try {
      parsed = JSON.parse(body.toString());
    } catch {
      parsed = null;
    }
    if (typeof parsed !== "object" || parsed === null) response.status(400).json({ error: "Body is not an object" });
    else response.json({ ok: true });
  });
  return app;
}
