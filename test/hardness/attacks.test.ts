import { createHmac } from "node:crypto";
import { connect } from "node:net";
import { inspect } from "node:util";
import fc from "fast-check";
import { exportJWK, exportSPKI, generateKeyPair, importJWK, SignJWT } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fillPath } from "../../runtime/api/path.js";
import {
  createApiKeyClient,
  createMemoryStore,
  defineHandler,
  type Extension,
  KiketError,
  raw,
} from "../../runtime/index.js";
import { type RunningServer, serve } from "../../runtime/node.js";
import { createTestLogger } from "../support/deliveries.js";
import { openKiket } from "../support/open-kiket.js";
import { withoutIds } from "../support/replies.js";
import { type Target, targets } from "../support/targets.js";
import { createSigningKey, rawToken, type SigningKey, testClaims, testSeconds } from "../support/tokens.js";

// Other attacks are tested elsewhere: connections and slow bodies (connections), ids in outbound paths (contract/endpoint-calls), bodies that are too slow or nested too
// deeply (runtime/receive/limits), signatures (runtime/verify/hmac), secrets in logs and responses (runtime/secrecy/leak), and base
// URLs that would receive tokens (runtime/api/client).

const secrets = {
  workspace: "workspace-token-of-this-process",
  variable: "secret-of-the-environment",
  brought: "secret-that-a-delivery-brings",
};

const kiket = await openKiket();
const { key } = kiket;
const evil = await openKiket();
const forger = evil.key;
const second = await createSigningKey("key-2");
const other = await generateKeyPair("ES384");
kiket.keys = [key.publicJwk, second.publicJwk, { ...(await exportJWK(other.publicKey)), kid: "key-384", use: "sig" }];

/** Hosts that the extension called for any reason. */
const called = new Set<string>();
const runs: string[] = [];
/** Keys that the delivery store was asked for: it may be far away, and has a limit. */
const asked: string[] = [];
let logger = createTestLogger();

const handlerOf = (event: string, requiredScopes: readonly string[] = []) =>
  defineHandler({ event, version: "v1", requiredScopes }, (_payload, { deliveryId }) => {
    runs.push(`${event} ${deliveryId}`);
    return `run ${runs.length}`;
  });

const events = ["issue.created", "évènement.créé", "100%.done", "100%25.done", "a b.c", "日本.作成"];

function createTarget(): Extension {
  const store = createMemoryStore();
  return kiket.extension({
    handlers: [...events.map((event) => handlerOf(event)), handlerOf("issue.guarded", ["issues:write"])],
    workspaceToken: secrets.workspace,
    env: { KIKET_SECRET_API_KEY: secrets.variable },
    secretDefinitions: { API_KEY: {} },
    webhookPath: "/kiket",
    deliveryStore: {
      ...store,
      begin(name, claim) {
        asked.push(name);
        return store.begin(name, claim);
      },
    },
    logger,
    fetch: (input, init) => {
      called.add(new URL(input instanceof Request ? input.url : String(input)).origin);
      return fetch(input, init);
    },
  });
}

interface Attempt {
  readonly token?: unknown;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly payload?: object;
  /** Replaces the whole body. */
  readonly body?: string;
}

function requestOf({ token, path = "/v/v1/webhooks/issue.created", headers, payload, body }: Attempt): Request {
  const authentication = { runtime_token: token };
  const whole = { event: "issue.created", secrets: { API_KEY: secrets.brought }, ...payload, authentication };
  return new Request(`http://extension.test${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: body ?? JSON.stringify(whole),
  });
}

const tokenOf = (claims: object = {}, signer: SigningKey = key): Promise<string> =>
  signer.sign({ ...testClaims, jti: crypto.randomUUID(), ...claims });

/** A token with the claims and signature of a genuine one, but another header. */
async function withHeader(header: object, signer: SigningKey = forger): Promise<string> {
  const [, claims = "", signature = ""] = (await tokenOf({ scopes: ["*"] }, signer)).split(".");
  return `${Buffer.from(JSON.stringify(header)).toString("base64url")}.${claims}.${signature}`;
}

function hmacToken(secret: string): string {
  const unsigned = rawToken({ alg: "HS256", kid: "key-1" }, testClaims, "").slice(0, -1);
  return `${unsigned}.${createHmac("sha256", secret).update(unsigned).digest("base64url")}`;
}

async function spki(): Promise<string> {
  const imported = await importJWK(key.publicJwk, "ES256");
  if (imported instanceof Uint8Array) throw new Error("not a public key");
  return exportSPKI(imported);
}

const es384 = (kid: string): Promise<string> =>
  new SignJWT({ ...testClaims, jti: crypto.randomUUID() })
    .setProtectedHeader({ alg: "ES384", kid })
    .sign(other.privateKey);

const forgeries: readonly (readonly [string, () => Attempt | Promise<Attempt>, number])[] = [
  ["no token", () => ({}), 401],
  ["alg none", () => ({ token: rawToken({ alg: "none" }, testClaims, "") }), 401],
  ["alg nOnE, with the genuine kid", () => ({ token: rawToken({ alg: "nOnE", kid: "key-1" }, testClaims, "") }), 401],
  ["alg none, with a genuine signature", async () => ({ token: await withHeader({ alg: "none" }, key) }), 401],
  ["HS256 with the public JWK", () => ({ token: hmacToken(JSON.stringify(key.publicJwk)) }), 401],
  ["HS256 with the public key's PEM", async () => ({ token: hmacToken(await spki()) }), 401],
  ["HS256 with nothing", () => ({ token: hmacToken("") }), 401],
  ["ES384", async () => ({ token: await es384("key-1") }), 401],
  ["ES384, with a key of that kind that is published", async () => ({ token: await es384("key-384") }), 401],
  ["no alg", async () => ({ token: await withHeader({ kid: "key-1" }, key) }), 401],
  ["alg as a list", async () => ({ token: await withHeader({ alg: ["ES256"], kid: "key-1" }, key) }), 401],
  ["kid as a path", async () => ({ token: await withHeader({ alg: "ES256", kid: "../../../dev/null" }) }), 401],
  ["kid as a URL", async () => ({ token: await withHeader({ alg: "ES256", kid: `${evil.baseUrl}/jwks` }) }), 401],
  [
    "kid of 100,000 letters",
    async () => ({ token: await withHeader({ alg: "ES256", kid: "k".repeat(100_000) }) }),
    401,
  ],
  ["kid that is not text", async () => ({ token: await withHeader({ alg: "ES256", kid: ["key-1"] }) }), 401],
  ["no kid, with several keys", async () => ({ token: await withHeader({ alg: "ES256" }, key) }), 401],
  ["kid of another key", async () => ({ token: await withHeader({ alg: "ES256", kid: "key-2" }, key) }), 401],
  ["jwk", async () => ({ token: await withHeader({ alg: "ES256", kid: "key-1", jwk: forger.publicJwk }) }), 401],
  [
    "jku",
    async () => ({
      token: await withHeader({ alg: "ES256", kid: "key-1", jku: `${evil.baseUrl}/.well-known/jwks.json` }),
    }),
    401,
  ],
  ["x5u", async () => ({ token: await withHeader({ alg: "ES256", kid: "key-1", x5u: `${evil.baseUrl}/x5u` }) }), 401],
  ["x5c", async () => ({ token: await withHeader({ alg: "ES256", kid: "key-1", x5c: ["AAAA"] }) }), 401],
  [
    "keys at the body's base URL",
    async () => ({ token: await tokenOf({}, forger), payload: { api: { base_url: evil.baseUrl } } }),
    401,
  ],
  [
    "keys at the host of the Host header",
    async () => ({ token: await tokenOf({}, forger), headers: { "x-forwarded-host": new URL(evil.baseUrl).host } }),
    401,
  ],
  ["issuer's own URL", async () => ({ token: await tokenOf({ iss: evil.baseUrl }) }), 401],
  ["expired", async () => ({ token: await tokenOf({ exp: testSeconds - 3600 }) }), 401],
  ["never expiring", async () => ({ token: await tokenOf({ exp: undefined }) }), 401],
  ["issued in the future", async () => ({ token: await tokenOf({ iat: testSeconds + 3600 }) }), 503],
  ["another issuer", async () => ({ token: await tokenOf({ iss: "kiket.dev." }) }), 401],
  ["scopes as a text", async () => ({ token: await tokenOf({ scopes: "issues:write *" }) }), 401],
  ["scopes with null", async () => ({ token: await tokenOf({ scopes: ["*", null] }) }), 401],
  ["scopes as an object", async () => ({ token: await tokenOf({ scopes: { 0: "*", length: 1 } }) }), 401],
  ["the token in a header", async () => ({ headers: { authorization: `Bearer ${await tokenOf()}` } }), 401],
  ["a list around the token", async () => ({ token: [await tokenOf()] }), 401],
  [
    "the token under the prototype",
    async () => ({ body: `{"authentication":{"__proto__":{"runtime_token":"${await tokenOf()}"}}}` }),
    401,
  ],
  [
    "authentication under the prototype",
    async () => ({ body: `{"__proto__":{"authentication":{"runtime_token":"${await tokenOf()}"}}}` }),
    401,
  ],
  [
    "two tokens, the last forged",
    async () => ({
      body: `{"authentication":{"runtime_token":"${await tokenOf()}"},"authentication":{"runtime_token":"a.b.c"}}`,
    }),
    401,
  ],
  ["deep JSON", () => ({ body: `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}` }), 400],
  ["text in another encoding", () => ({ body: `{}`, headers: { "content-type": "text/plain" } }), 415],
];

describe.each(targets)("through %s", (_name, open) => {
  let target: Target;
  beforeEach(async () => {
    runs.length = 0;
    asked.length = 0;
    called.clear();
    logger = createTestLogger();
    target = await open(createTarget());
  });
  afterEach(() => target.close());

  async function send(attempt: Attempt) {
    const response = await target.send(requestOf(attempt));
    const text = await response.text();
    for (const secret of Object.values(secrets)) expect(text).not.toContain(secret);
    if (typeof attempt.token === "string" && attempt.token !== "") expect(text).not.toContain(attempt.token);
    return { status: response.status, body: JSON.parse(text), headers: response.headers };
  }

  test.each(forgeries)("a forged delivery is refused: %s", async (_what, forge, status) => {
    const attempt = await forge();
    const answer = await send(attempt);
    expect(answer.status).toBe(status);
    expect(Object.keys(withoutIds(answer.body) as object)).toEqual(["error"]);
    expect(runs).toEqual([]);
    expect([...called].filter((origin) => origin !== kiket.baseUrl)).toEqual([]);
    expect([evil.keyRequests(), evil.calls, kiket.calls]).toEqual([0, [], []]);
    expect(JSON.stringify(logger.lines)).not.toContain(secrets.brought);
    const told = logger.lines.filter(({ fields }) => fields !== undefined && "status" in fields);
    expect(told).toMatchObject([
      {
        level: "warn",
        fields: { status, unproved: true, reason: expect.any(String), correlationId: expect.any(String) },
      },
    ]);
    expect(asked).toEqual([]);
    // The extension still works.
    expect((await send({ token: await tokenOf() })).status).toBe(200);
    expect(asked).toHaveLength(1);
  });

  test("a flood of refusals with hostile names fills no log, and none of it is lost", async () => {
    const hostile = `x"}\n{"level":"info"\u009b2J\u202e${"y".repeat(3_000)}`;
    for (let index = 0; index < 60; index += 1) {
      await send({
        path: `/v/v1/webhooks/${encodeURIComponent(hostile)}`,
        headers: { "x-kiket-delivery": "z".repeat(3_000) },
      });
    }
    const flood = JSON.stringify(logger.lines);
    expect(flood).toMatch(/^[\x20-\x7e]+$/);
    expect(flood).not.toMatch(/y{200}|z{200}/);
    await target.close();
    const leftOut = logger.lines.map(({ fields }) => (fields as { readonly leftOut?: number }).leftOut ?? 1);
    expect(leftOut.reduce((sum, count) => sum + count, 0)).toBe(
      60 + logger.lines.filter(({ message }) => message === "listening").length,
    );
    expect(logger.lines.length).toBeLessThan(60);
  });

  test("replay: the same token runs once, even if everything else is changed", async () => {
    const token = await tokenOf();
    const headers = { "x-kiket-delivery": "dlv_1" };
    expect(await send({ token, headers })).toMatchObject({ status: 200, body: "run 1" });
    expect(await send({ token, headers, payload: { issue: { id: 99 } } })).toMatchObject({
      status: 200,
      body: "run 1",
    });
    expect(await send({ token, payload: { issue: { id: 99 } } })).toMatchObject({ status: 200, body: "run 1" });
    expect(await send({ token, headers: { "x-kiket-delivery": "dlv_2" } })).toMatchObject({ status: 401 });
    expect(await send({ token, payload: { id: "evt_2", event: "issue.created" } })).toMatchObject({ status: 401 });
    expect(await send({ token, path: "/v/v1/webhooks/a%20b.c", payload: { event: "a b.c" } })).toMatchObject({
      status: 401,
    });
    expect(runs).toEqual(["issue.created dlv_1"]);
  });

  test("replays at the same time, each with another id: only one runs", async () => {
    const token = await tokenOf();
    const ids = Array.from({ length: 20 }, (_, index) => `dlv_${index}`);
    const answers = await Promise.all(ids.map((id) => send({ token, headers: { "x-kiket-delivery": id } })));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(statuses.every((status) => [200, 401, 503].includes(status))).toBe(true);
    expect(runs).toHaveLength(1);
  });

  test.each([
    [["issues:*"]],
    [["*:*"]],
    [["*:write"]],
    [["**"]],
    [[" *"]],
    [["issues"]],
    [["issues:write:all"]],
    [["ISSUES:WRITE"]],
    [["issues:write,*"]],
    [["issues:write\u0000"]],
    [[]],
  ])("scopes %j grant nothing", async (scopes) => {
    const answer = await send({
      token: await tokenOf({ scopes }),
      path: "/v/v1/webhooks/issue.guarded",
      payload: { event: "issue.guarded", authentication_scopes: ["*"] },
    });
    expect(answer).toMatchObject({ status: 403, body: { missing_scopes: ["issues:write"] } });
    expect(runs).toEqual([]);
  });

  test.each([[["*"]], [["issues:write"]], [["x", "*"]]])("scopes %j grant the scope", async (scopes) => {
    const guarded = { path: "/v/v1/webhooks/issue.guarded", payload: { event: "issue.guarded" } };
    expect((await send({ token: await tokenOf({ scopes }), ...guarded })).status).toBe(200);
  });

  test("scopes beside the token are ignored", async () => {
    const token = await tokenOf({ scopes: [] });
    const body = JSON.stringify({ event: "issue.guarded", authentication: { runtime_token: token, scopes: ["*"] } });
    expect((await send({ path: "/v/v1/webhooks/issue.guarded", body })).status).toBe(403);
  });

  test("the other name of an event needs the scopes of its handler", async () => {
    for (const [path, event] of [
      ["case.guarded", "case.guarded"],
      ["case.guarded", "issue.guarded"],
      ["issue.guarded", "case.guarded"],
    ] as const) {
      const attempt = async (scopes: readonly string[]) =>
        send({ token: await tokenOf({ scopes }), path: `/v/v1/webhooks/${path}`, payload: { event } });
      expect((await attempt([])).status).toBe(403);
      expect((await attempt(["cases:write"])).status).toBe(403);
      expect(runs).toEqual([]);
    }
    const token = await tokenOf({ scopes: ["issues:write"] });
    const payload = { event: "case.guarded" };
    expect((await send({ token, path: "/v/v1/webhooks/case.guarded", payload })).status).toBe(200);
    // It ran once, so the same token does not run it with the other name.
    const again = await send({ token, path: "/v/v1/webhooks/issue.guarded", payload: { event: "issue.guarded" } });
    expect([again.status, runs.length]).toEqual([401, 1]);
  });

  test.each(events)("the event %s is found by its percent-encoded name only", async (event) => {
    const reach = async (path: string) => (await send({ token: await tokenOf(), path, payload: { event } })).status;
    expect(await reach(`/v/v1/webhooks/${encodeURIComponent(event)}`)).toBe(200);
    expect(await reach("/kiket")).toBe(200);
    const bytes = [...Buffer.from(event)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
    expect(await reach(`/v/%76%31/webhooks/${bytes}`)).toBe(200);
    expect(runs).toHaveLength(3);
    expect(runs.every((run) => run.startsWith(`${event} `))).toBe(true);
    for (const other of [`${event} `, `${event}\u0000`, `${event}/`, `${event}.`, ` ${event}`, `${event}\u200b`]) {
      expect(await reach(`/v/v1/webhooks/${encodeURIComponent(other)}`), other).toBe(404);
    }
    expect(runs).toHaveLength(3);
  });

  test.each([
    ["évènement.créé".normalize("NFD"), 404],
    ["Issue.created", 404],
    ["іssue.created", 404],
    ["__proto__", 404],
    ["case.__proto__", 404],
    ["issue.__proto__", 404],
    ["case.constructor", 404],
    ["issue.", 404],
    ["case.", 404],
    ["case.created\u0000", 404],
    ["case..created", 404],
    ["case.issue.created", 404],
    ["cаse.created", 404],
    ["constructor", 404],
    ["toString", 404],
  ])("%s is not an event of this extension", async (event, status) => {
    const path = `/v/v1/webhooks/${encodeURIComponent(event)}`;
    expect((await send({ token: await tokenOf(), path, payload: { event } })).status).toBe(status);
    expect((await send({ token: await tokenOf(), path: "/kiket", payload: { event } })).status).toBe(status);
  });

  test.each(["__proto__", "constructor", "v1%0d%0aX-Evil:1", "v1%00", "..", "v1%2f.."])(
    "%s is no version, and becomes no header",
    async (version) => {
      const path = `/webhooks/issue.created?version=${version}`;
      const answer = await send({ token: await tokenOf(), path });
      expect(answer.status).toBe(404);
      expect(answer.headers.get("x-evil")).toBeNull();
      expect(runs).toEqual([]);
    },
  );
});

describe("what a handler sends back of a delivery", () => {
  const results: Readonly<Record<string, (given: string) => unknown>> = {
    "a content type": (contentType) => raw("", { contentType }),
    "a copy of a raw reply": (contentType) => ({ ...raw("", { contentType: "text/csv" }), contentType }),
    "a status": (text) => ({ ...raw("", { contentType: "text/csv" }), status: text }),
    "a member that looks like a raw reply": (text) =>
      JSON.parse(`{"kiket-gen.raw":true,"contentType":${JSON.stringify(text)}}`),
    "a name in a result that cannot be sent": (text) => ({ [text]: new Map() }),
  };
  const attacks = [
    "text/csv\r\nX-Evil: 1",
    "text/csv\nX-Evil: 1",
    "text/csv\u0000",
    "text/csv\u2028X-Evil: 1",
    "text/html,x/y",
  ];

  test.each(Object.keys(results))("%s becomes no header", async (what) => {
    for (const given of attacks) {
      const handler = defineHandler({ event: "issue.created", version: "v1" }, (): unknown => results[what]?.(given));
      const server = await serve(kiket.extension({ handlers: [handler] }), { port: 0, env: {} });
      try {
        const request = requestOf({ token: await tokenOf() });
        const answer = await fetch(`${server.url}/v/v1/webhooks/issue.created`, {
          method: "POST",
          headers: request.headers,
          body: await request.text(),
        });
        expect(answer.headers.get("x-evil")).toBeNull();
        expect(answer.headers.get("content-type")).toBe("application/json");
        expect(answer.status).toBe(what === "a member that looks like a raw reply" ? 200 : 500);
        expect(Object.keys((await answer.json()) as object)).toContain(
          answer.status === 200 ? "contentType" : "correlation_id",
        );
      } finally {
        await server.close();
      }
    }
  });
});

describe("prototypes", () => {
  const polluting = [
    '"__proto__":{"polluted":"yes","isAdmin":true}',
    '"constructor":{"prototype":{"polluted":"yes"}}',
    '"prototype":{"polluted":"yes"}',
  ];
  const shapes: readonly (readonly [string, (member: string) => string])[] = [
    ["the body", (member) => `"event":"issue.created",${member}`],
    ["a record", (member) => `"event":"issue.created","issue":{"id":1,${member}}`],
    ["the secrets", (member) => `"event":"issue.created","secrets":{"API_KEY":"a",${member}}`],
    ["api", (member) => `"event":"issue.created","api":{${member}}`],
    ["the parameters", (member) => `"event":"issue.created","parameters":{${member}}`],
    [
      "webhook",
      (member) => `"id":"evt_1","type":"issue.created","data":{"issue":{"id":1,${member}},${member}},${member}`,
    ],
    [
      "a renamed record",
      (member) => `"event":"case.created","case":{"id":1,${member}},"case_id":{${member}},${member}`,
    ],
    ["webhook-v1", (member) => `"event":"issue.created","occurred_at":"x","project":{${member}},"data":{${member}}`],
    ["webhook-flat", (member) => `"event":"issue.created","timestamp":"x","issue_id":1,"author":{${member}},${member}`],
    [
      "catalog",
      (member) => `"event":"issue.created","id":"1","timestamp":"x","payload":{"issue":{${member}},${member}}`,
    ],
  ];
  const cases = shapes.flatMap(([place, shape]) => polluting.map((member) => [place, shape(member)] as const));

  test.each(cases)("cannot be changed through %s: %s", async (_place, members) => {
    const before = Reflect.ownKeys(Object.prototype);
    const seen: unknown[] = [];
    const handler = defineHandler({ event: "issue.created", version: "v1" }, (payload, context) => {
      const values: Readonly<Record<string, unknown>> = { ...context.settings };
      const plain: { polluted?: string } = {};
      seen.push(plain.polluted, values.polluted, context.secret("polluted"), context.payloadSecrets.polluted);
      seen.push(Object.getPrototypeOf(payload) === Object.prototype, context.secret("__proto__"));
      return { ...payload, authentication: null };
    });
    const extension = kiket.extension({
      handlers: [handler],
      webhookPath: "/kiket",
      settingDefinitions: { polluted: { type: "string" } },
    });
    const body = `{${members},"authentication":{"runtime_token":"${await tokenOf()}"}}`;
    const response = await extension.fetch(requestOf({ path: "/kiket?version=v1", body }));
    expect([response.status, seen]).toEqual([200, [undefined, undefined, undefined, undefined, true, undefined]]);
    const plain: { polluted?: string; isAdmin?: boolean } = {};
    expect([plain.polluted, plain.isAdmin, Reflect.ownKeys(Object.prototype)]).toEqual([undefined, undefined, before]);
  });
});

describe("outbound requests", () => {
  test("line breaks in ids and secrets do not add headers", async () => {
    const broken = "evt_1\r\nX-Evil: 1\r\n\r\nGET /admin HTTP/1.1";
    const handler = defineHandler({ event: "issue.created", version: "v1" }, async (_payload, context) => {
      const { deliveryId, secrets: store, endpoints } = context;
      await endpoints.notify("m", "warning");
      await store.set("KEY", context.secret("API_KEY") ?? "");
      await endpoints.logEvent("e", { deliveryId });
      return { deliveryId };
    });
    const extension = kiket.extension({ handlers: [handler], extensionId: "e" });
    const payload = { id: broken, type: "issue.created", event: undefined, data: { issue: { id: 1 } } };
    const request = requestOf({ token: await tokenOf(), payload: { ...payload, secrets: { API_KEY: broken } } });
    const response = await extension.fetch(request);
    expect([response.status, await response.json()]).toEqual([200, { deliveryId: broken }]);
    const sent = kiket.calls.splice(0);
    expect(sent).toHaveLength(3);
    for (const { headers, path } of sent) {
      expect(headers["x-evil"]).toBeUndefined();
      expect(headers["idempotency-key"]).toMatch(/^[0-9a-f]{64}$/);
      expect(path).not.toContain("admin");
    }
  });

  test("an id is one segment of its path, or is refused", () => {
    const pieces = fc.constantFrom(
      "..",
      ".",
      "/",
      "\\",
      "%2e",
      "%2f",
      "?",
      "#",
      ";",
      "\r\n",
      "\u0000",
      "\ud800",
      "a",
      "é",
    );
    const id = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(pieces).map((all) => all.join("")),
    );
    fc.assert(
      fc.property(id, (text) => {
        let path: string;
        try {
          path = fillPath("/a/{id}/b", { id: text });
        } catch (error) {
          expect(error).toBeInstanceOf(KiketError);
          expect(text === "" || text === "." || text === ".." || /\p{Surrogate}/u.test(text)).toBe(true);
          return;
        }
        const { pathname, search, hash, host } = new URL(path, "http://kiket.test");
        expect([host, search, hash]).toEqual(["kiket.test", "", ""]);
        expect(pathname.split("/")).toEqual(["", "a", encodeURIComponent(text), "b"]);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("calls with an API key", () => {
  const apiKey = "api-key-of-this-process";
  const client = () => createApiKeyClient({ apiKey, organizationId: "org_1", baseUrl: kiket.baseUrl, retries: 0 });

  test.each([301, 302, 303, 307, 308])("a redirect with %i takes the key nowhere", async (status) => {
    kiket.answers.push({ status, headers: { location: `${evil.baseUrl}/api/v1/platform/cases` } });
    await expect(client().cases.create({ title: "x" })).rejects.toThrow("redirects are not followed");
    expect(kiket.calls.splice(0)).toHaveLength(1);
    expect(evil.calls).toEqual([]);
  });

  test("an answer that repeats the key does not put it into an error", async () => {
    const said = { type: apiKey, message: `${apiKey} is blocked`, field: apiKey };
    kiket.answers.push({ status: 409, headers: { "x-request-id": apiKey }, body: { code: apiKey, blockers: [said] } });
    const error: unknown = await client()
      .cases.transition("case_1", "done")
      .catch((cause: unknown) => cause);
    expect(error).toMatchObject({ blockers: [{ type: "[redacted]", message: "[redacted] is blocked" }] });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(apiKey);
    kiket.calls.splice(0);
  });

  test("members of an answer change no prototype", async () => {
    kiket.answers.push({ status: 200, body: JSON.parse('{"data":[],"__proto__":{"polluted":true},"cases":7}') });
    const { cases } = await client().cases.list();
    const plain: { polluted?: boolean } = {};
    expect([cases, plain.polluted]).toEqual([[], undefined]);
    kiket.calls.splice(0);
  });
});

describe("raw HTTP", () => {
  let server: RunningServer;
  beforeEach(async () => {
    runs.length = 0;
    server = await serve(createTarget(), { port: 0, env: {} });
  });
  afterEach(() => server.close());

  /** Sends raw bytes, and reads until the connection is closed or a response arrives. */
  function exchange(text: string, ...more: readonly string[]): Promise<string> {
    const { hostname, port } = new URL(server.url);
    return new Promise((resolve) => {
      const socket = connect(Number(port), hostname);
      let received = "";
      const done = (): void => {
        socket.destroy();
        resolve(received);
      };
      socket.on("data", (chunk) => {
        received += chunk;
        if (/^HTTP\/1\.1 \d+ [\s\S]*\r\n\r\n[\s\S]+/.test(received)) done();
      });
      socket.on("error", () => undefined).on("close", done);
      for (const part of [text, ...more]) socket.write(part);
    });
  }
  const start = "POST /v/v1/webhooks/issue.created HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";

  test("413 for a content length of 100 MB, before any byte arrives", async () => {
    const answer = await exchange(`${start}Content-Length: 104857600\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('{"error":"Body larger than 1048576 bytes","correlation_id":');
  });

  test("413 for 100 MB in chunks, after the first mebibyte", async () => {
    const chunk = `40000\r\n${" ".repeat(0x40000)}\r\n`;
    const answer = await exchange(
      `${start}Transfer-Encoding: chunked\r\n\r\n`,
      chunk,
      chunk,
      chunk,
      chunk,
      "1\r\n \r\n",
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  test("bytes that a client sends after its 413 are discarded", async () => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.on("error", () => undefined).resume();
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.write(`${start}Transfer-Encoding: chunked\r\n\r\n`);
    const mebibyte = Buffer.from(`100000\r\n${" ".repeat(0x100000)}\r\n`);
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    let sent = 0;
    while (sent < 400 && !socket.destroyed) {
      sent += 1;
      if (!socket.write(mebibyte))
        await Promise.race([new Promise((resolve) => socket.once("drain", resolve)), closed]);
      most = Math.max(most, process.memoryUsage().arrayBuffers - before);
    }
    socket.destroy();
    await closed;
    // If the bodies of all clients were kept, the memory would grow by as much as was sent.
    expect(most).toBeLessThan(200 * 0x100000);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });

  test.each([
    ["two lengths", `${start}Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}`],
    ["a length and chunks", `${start}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ["a line break within a header", `${start}X-Kiket-Delivery: a\rX-Evil: 1\r\nContent-Length: 2\r\n\r\n{}`],
    ["a zero within a header", `${start}X-Kiket-Delivery: a\u0000b\r\nContent-Length: 2\r\n\r\n{}`],
    ["a chunk of no size", `${start}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`],
    ["a space after a header name", `${start}Content-Length : 2\r\n\r\n{}`],
  ])("400 for %s", async (_what, text) => {
    expect(await exchange(text)).toMatch(/^HTTP\/1\.1 400 /);
    expect(runs).toEqual([]);
  });

  test("without a server, a body is read only up to the limit", async () => {
    let pulled = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled += 1;
        if (pulled > 1600) controller.close();
        else controller.enqueue(new Uint8Array(65_536).fill(0x20));
      },
    });
    const request = new Request("http://extension.test/v/v1/webhooks/issue.created", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      duplex: "half",
    } as RequestInit);
    const extension = createTarget();
    expect((await extension.fetch(request)).status).toBe(413);
    expect(pulled).toBeLessThan(20);
  });
});
