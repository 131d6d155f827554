import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { createPlatform } from "../../../runtime/testing.js";
import { openPlatform } from "../../support/open-kiket.js";

interface Received {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: {
    readonly authentication: { readonly runtime_token: string; readonly expires_at: string };
    readonly api: { readonly base_url: string };
    readonly [key: string]: unknown;
  };
}

const servers: Server[] = [];

const platform = await openPlatform({ seed: { secrets: { API_KEY: "from the seed" } } });
afterEach(() => platform.reset());
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

/** An extension that stores the requests and replies as the test decides. */
function extension(reply: (received: Received) => Response | Promise<Response> = () => Response.json({ ok: true })) {
  const received: Received[] = [];
  return {
    received,
    async fetch(request: Request) {
      const { url, method, headers } = request;
      const one = { url, method, headers, body: await request.json() } as Received;
      received.push(one);
      return reply(one);
    },
  };
}

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const claimsOf = async (token: string) => {
  const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(platform.jwksUrl)), {
    issuer: "kiket.dev",
    algorithms: ["ES256"],
  });
  return payload;
};

describe("sign", () => {
  it("makes tokens that are valid for the published keys", async () => {
    const token = await platform.sign({ scopes: ["issues:read"], org_id: 4, pi_id: null, src: "test" });
    const { iat = 0, exp, jti, ...claims } = await claimsOf(token);
    expect(claims).toEqual({
      iss: "kiket.dev",
      sub: "extension",
      scopes: ["issues:read"],
      org_id: 4,
      pi_id: null,
      src: "test",
    });
    expect(exp).toBe(iat + 300);
    expect(jti).toMatch(/^[0-9a-f-]{36}$/);
    expect(decodeProtectedHeader(token)).toEqual({
      alg: "ES256",
      typ: "JWT",
      kid: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  it("has different keys on each platform", async () => {
    const other = await openPlatform();
    await expect(claimsOf(await other.sign())).rejects.toThrow("no applicable key found in the JSON Web Key Set");
  });
});

describe("deliver to an extension in this process", () => {
  it("sends the whole envelope", async () => {
    const target = extension();
    const payload = { issue: { id: 42, title: "Broken link", project_id: 27 } };
    const outcome = await platform.deliver(target, { event: "issue.created", payload, scopes: ["issues:read"] });
    const [sent] = target.received;
    if (sent === undefined) throw new Error("nothing was delivered");
    const { runtime_token, expires_at } = sent.body.authentication;
    expect(sent.body).toEqual({
      issue: { id: 42, title: "Broken link", project_id: 27 },
      event: "issue.created",
      event_version: "v1",
      authentication: { runtime_token, token_type: "runtime", expires_at, scopes: ["issues:read"] },
      api: { base_url: platform.baseUrl },
      secrets: { API_KEY: "from the seed" },
    });
    const claims = await claimsOf(runtime_token);
    expect(claims).toMatchObject({ sub: "extension:1", org_id: 1, ext_id: 1, proj_id: 27, scopes: ["issues:read"] });
    expect(Date.parse(expires_at)).toBe((claims.exp ?? 0) * 1000);
    expect(sent.method).toBe("POST");
    expect(new URL(sent.url).pathname).toBe("/v/v1/webhooks/issue.created");
    expect(Object.fromEntries(sent.headers)).toEqual({
      "content-type": "application/json",
      "x-kiket-delivery": outcome.deliveryId,
      "x-kiket-event": "issue.created",
      "x-kiket-event-version": "v1",
      "x-kiket-organization": "1",
      "x-kiket-project": "27",
    });
  });

  it("uses all options", async () => {
    const target = extension();
    const outcome = await platform.deliver(target, {
      event: "external.webhook.a b",
      version: "2",
      secrets: { OTHER: "x" },
      orgId: "o-1",
      extId: null,
      projId: null,
      deliveryId: "dlv_1",
      token: "forged",
      headers: { "X-Kiket-Event-Version": "v3", "x-extra": "1" },
      envelope: { api: { base_url: "http://127.0.0.1:9" } },
    });
    const [sent] = target.received;
    expect(new URL(sent?.url ?? "").pathname).toBe("/v/2/webhooks/external.webhook.a%20b");
    expect(sent?.body).toMatchObject({
      authentication: { runtime_token: "forged", scopes: ["*"] },
      api: { base_url: "http://127.0.0.1:9" },
      secrets: { OTHER: "x" },
    });
    expect(sent?.headers.get("x-kiket-event-version")).toBe("v3");
    expect(sent?.headers.get("x-extra")).toBe("1");
    expect(sent?.headers.get("x-kiket-organization")).toBe("o-1");
    expect(sent?.headers.has("x-kiket-project")).toBe(false);
    expect(outcome).toMatchObject({ event: "external.webhook.a b", version: "2", deliveryId: "dlv_1", status: 200 });
  });

  it.each([
    [{ status: "allow", metadata: {} }, 200, "allow"],
    [{ status: "deny", message: "no", metadata: {} }, 200, "deny"],
    [{ status: "pending", message: "wait", metadata: {} }, 200, "pending"],
    [{ status: "other" }, 200, undefined],
    [{ ok: true }, 200, undefined],
    [["allow"], 200, undefined],
    [{ status: "allow" }, 500, undefined],
  ])("reads %j with %i as %s", async (body, status, verdict) => {
    const outcome = await platform.deliver(
      extension(() => Response.json(body, { status })),
      { event: "e" },
    );
    expect(outcome).toMatchObject({ status, body });
    expect(outcome.verdict).toBe(verdict);
    expect(outcome.ms).toBeGreaterThanOrEqual(0);
  });

  it("reads replies that are not JSON", async () => {
    const text = await platform.deliver(
      extension(() => new Response("Not found", { status: 404 })),
      { event: "e" },
    );
    expect([text.status, text.body]).toEqual([404, "Not found"]);
    const empty = await platform.deliver(
      extension(() => new Response(null, { status: 204 })),
      { event: "e" },
    );
    expect([empty.status, empty.body]).toEqual([204, undefined]);
  });

  it("reads text and bytes of another content type as they are", async () => {
    const bodyOf = async (body: string | Uint8Array<ArrayBuffer>, type: string) => {
      const reply = () => new Response(body, { headers: { "content-type": type } });
      return (await platform.deliver(extension(reply), { event: "e" })).body;
    };
    expect(await bodyOf("42", "text/csv")).toBe("42");
    expect(await bodyOf("\ufeffid;name\n1;ü", "text/csv; charset=utf-8")).toBe("\ufeffid;name\n1;ü");
    expect(await bodyOf(Uint8Array.of(255, 0), "application/octet-stream")).toEqual(Uint8Array.of(255, 0));
    expect(await bodyOf('{"a":1}', "application/problem+json")).toEqual({ a: 1 });
  });

  it("knows which delivery each call belongs to", async () => {
    const logs = "/api/v1/extensions/logs";
    const target = extension(async ({ body }) => {
      const headers = {
        "content-type": "application/json",
        "x-kiket-runtime-token": body.authentication.runtime_token,
      };
      const message = String(body.text);
      await fetch(`${body.api.base_url}${logs}`, { method: "POST", headers, body: JSON.stringify({ message }) });
      await fetch(`${body.api.base_url}/api/v1/ext/rate_limit`, { headers });
      return Response.json({ ok: true });
    });
    const outcomes = await Promise.all(
      ["a", "b"].map((text) => platform.deliver(target, { event: "e", payload: { text } })),
    );
    expect(outcomes.map(({ calls }) => calls.map(({ operationId, status }) => [operationId, status]))).toEqual([
      [
        ["logMessage", 204],
        ["getRateLimit", 200],
      ],
      [
        ["logMessage", 204],
        ["getRateLimit", 200],
      ],
    ]);
    expect(outcomes.map(({ calls }) => calls[0]?.body)).toEqual([{ message: "a" }, { message: "b" }]);
    expect(outcomes.map(({ calls }) => calls[0]?.deliveryId)).toEqual(outcomes.map(({ deliveryId }) => deliveryId));
    expect(platform.calls).toHaveLength(4);
  });

  it("returns only the calls of the last attempt", async () => {
    const target = extension(async ({ body }) => {
      const headers = { "x-kiket-runtime-token": body.authentication.runtime_token };
      await fetch(`${body.api.base_url}/api/v1/ext/rate_limit`, { headers });
      return Response.json({ ok: true });
    });
    const first = await platform.deliver(target, { event: "e", deliveryId: "dlv_2" });
    const second = await platform.deliver(target, { event: "e", deliveryId: "dlv_2" });
    expect([first.calls.length, second.calls.length]).toEqual([1, 1]);
    const tokens = target.received.map(({ body }) => body.authentication.runtime_token);
    expect(new Set(tokens).size).toBe(2);
  });

  it.each([
    [{ project_id: 5, issue: { project_id: 6 } }, 5],
    [{ case: { project_id: 27 } }, 27],
    [{ case: { project_id: "" }, project: { id: 3 } }, 3],
    [{ project_id: "" }, 1],
    [{ project: { id: "p-1" } }, "p-1"],
    [{ issue: "none", project: null }, 1],
  ])("takes the project from %j", async (payload, projId) => {
    const target = extension();
    await platform.deliver(target, { event: "e", payload });
    const claims = await claimsOf(target.received[0]?.body.authentication.runtime_token ?? "");
    expect(claims.proj_id).toBe(projId);
    expect(target.received[0]?.headers.get("x-kiket-project")).toBe(String(projId));
  });

  it.each([
    [{ envelope: { project_id: 27 } }, "27"],
    [{ envelope: { project_id: undefined, case: { project_id: 28 } } }, "28"],
    [{ body: { issue: { project_id: 27 } } }, "27"],
    [{ body: '{"project_id":"p-1"}' }, "p-1"],
    [{ body: "{" }, "1"],
    [{ body: [27] }, "1"],
    [{ projId: 4, body: { project_id: 27 } }, "4"],
  ])("takes the project from the sent body: %j", async (changes, project) => {
    const delivery = { event: "e", auth: "hmac", secret: "s", payload: { project_id: 5 } } as const;
    const target = { fetch: () => Response.json({ ok: true }) };
    const { sent } = await platform.deliver(target, { ...delivery, ...changes });
    expect(sent.headers["x-kiket-project"]).toBe(project);
  });

  it("signs the token for the project in the sent body", async () => {
    const target = extension();
    await platform.deliver(target, { event: "e", payload: { project_id: 5 }, envelope: { project_id: 27 } });
    const claims = await claimsOf(target.received[0]?.body.authentication.runtime_token ?? "");
    expect(claims.proj_id).toBe(27);
  });

  it("throws if the extension throws", async () => {
    const target = extension(() => Promise.reject(new Error("out of order")));
    await expect(platform.deliver(target, { event: "e" })).rejects.toThrow(
      "Delivery of e v1 to the extension failed: out of order",
    );
  });

  it("gives up on an extension that never replies", async () => {
    const target = extension(() => new Promise(() => {}));
    await expect(platform.deliver(target, { event: "e", timeout: 20 })).rejects.toThrow(
      "Delivery of e v1 to the extension failed: no reply in time",
    );
  });
});

describe("deliver to a URL", () => {
  it("sends the same over HTTP", async () => {
    const requests: unknown[] = [];
    const base = await listen(
      createServer((request, response) => {
        request.setEncoding("utf8");
        let text = "";
        request.on("data", (chunk: string) => {
          text += chunk;
        });
        request.on("end", () => {
          const { event, event_version } = JSON.parse(text);
          requests.push({ method: request.method, url: request.url, event, event_version });
          response.writeHead(200, { "content-type": "application/json", "x-test": "1" });
          response.end('{"status":"allow","metadata":{}}');
        });
      }),
    );
    for (const target of [base, `${base}//`, new URL(`${base}/mounted/`)]) {
      const outcome = await platform.deliver(target, { event: "issue.created", version: "v2" });
      expect(outcome).toMatchObject({ status: 200, verdict: "allow", body: { status: "allow", metadata: {} } });
      expect(outcome.headers.get("x-test")).toBe("1");
    }
    const common = { method: "POST", event: "issue.created", event_version: "v2" };
    expect(requests).toEqual([
      { ...common, url: "/v/v2/webhooks/issue.created" },
      { ...common, url: "/v/v2/webhooks/issue.created" },
      { ...common, url: "/mounted/v/v2/webhooks/issue.created" },
    ]);
  });

  it("throws with the reason if nothing listens there", async () => {
    const base = await listen(createServer());
    const server = servers.pop();
    await new Promise((resolve) => server?.close(resolve));
    await expect(platform.deliver(base, { event: "e" })).rejects.toThrow(
      new RegExp(`^Delivery of e v1 to ${base}/v/v1/webhooks/e failed: .*ECONNREFUSED`),
    );
  });

  it("gives up on a server that never replies", async () => {
    const base = await listen(createServer(() => {}));
    await expect(platform.deliver(base, { event: "e", timeout: 20 })).rejects.toThrow("failed: no reply in time");
  });
});

describe("createPlatform", () => {
  it("listens on the loopback address only", () => {
    expect(platform.baseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(platform.jwksUrl).toBe(`${platform.baseUrl}/.well-known/jwks.json`);
  });

  it("refuses a port that is taken", async () => {
    const port = Number(new URL(platform.baseUrl).port);
    await expect(createPlatform({ port })).rejects.toThrow("EADDRINUSE");
  });

  it("refuses connections after it is closed", async () => {
    const other = await createPlatform();
    await other.close();
    await expect(fetch(other.jwksUrl)).rejects.toThrow("fetch failed");
  });

  it("records calls that do not belong to a delivery", async () => {
    await fetch(platform.jwksUrl);
    expect(platform.calls).toMatchObject([
      { operationId: "getJwks", method: "GET", path: "/.well-known/jwks.json", status: 200, deliveryId: undefined },
    ]);
  });
});
