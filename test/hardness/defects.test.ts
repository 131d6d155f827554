import { inspect } from "node:util";
import { beforeEach, describe, expect, test } from "vitest";
import { type Files, load } from "../../generator/project/find-manifest.js";
import { resolveOutbound } from "../../runtime/api/options.js";
import {
  ApiConnectionError,
  ApiError,
  ConfigError,
  contentHash,
  createIngestionClient,
  defineHandler,
  type Extension,
  type ExtensionOptions,
  type HandlerContext,
  KiketError,
  notificationResponse,
  verifyMerkleProof,
} from "../../runtime/index.js";
import { signDelivery } from "../../runtime/testing.js";
import { secretVariables } from "../../runtime/values/secrets.js";
import { cleanModel } from "../generator/manifest/support.js";
import { createTestLogger, signedRequest, type TestDelivery } from "../support/deliveries.js";
import { hmacRequest } from "../support/hmac.js";
import type { CannedAnswer } from "../support/kiket-server.js";
import { openKiket, openPlatform } from "../support/open-kiket.js";
import { operations } from "../support/openapi.js";
import { createSigningKey, type SigningKey } from "../support/tokens.js";

// The known defects of the official SDKs (facts 1001 to 1043). Each test shows at least one way in which the defect is absent here;
// the tests of the other folders check more.

const v1 = { event: "issue.created", version: "v1" } as const;
const workspaceToken = "workspace-token-1";

const kiket = await openKiket();
const evil = await openKiket();

beforeEach(() => {
  kiket.keys = [kiket.key.publicJwk];
  for (const server of [kiket, evil]) {
    server.calls.length = 0;
    server.answers.length = 0;
  }
});

type Options = Omit<ExtensionOptions, "handlers">;
type Handle = (payload: Readonly<Record<string, unknown>>, context: HandlerContext) => unknown;

function extensionOf(handle: Handle, options: Options = {}, requiredScopes: readonly string[] = []): Extension {
  const handler = defineHandler({ ...v1, requiredScopes }, handle);
  return kiket.extension({ ...options, handlers: [handler] });
}

async function answerOf(extension: Extension, request: Request) {
  const response = await extension.fetch(request);
  const { status, headers } = response;
  return { status, headers, body: (await response.json()) as unknown };
}

/** Delivers once to an extension with one handler. */
async function deliver(
  handle: Handle,
  delivery: TestDelivery = {},
  options: Options = {},
  signer: SigningKey = kiket.key,
) {
  const extension = extensionOf(handle, options);
  const answer = await answerOf(extension, await signedRequest(signer, delivery));
  await extension.close();
  return answer;
}

/** The result of a call in a handler's context, with these responses from Kiket. */
function call<T>(use: (context: HandlerContext) => Promise<T> | T, ...answers: readonly CannedAnswer[]): Promise<T> {
  kiket.answers.push(...answers);
  return kiket.run(use, { extensionId: "com.example/greeter", workspaceToken });
}
const sent = () => kiket.calls.map(({ method, path, body }) => [method, path, body] as const);
const throwing =
  (error: unknown): Handle =>
  () => {
    throw error;
  };
/** A request that is unsigned or otherwise unusual. */
const post = (body: string, path = "/v/v1/webhooks/issue.created"): Request =>
  new Request(`http://extension.test${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
const leaf = (digits: string): string => `0x${digits.repeat(64)}`;

const shown: Readonly<Record<string, () => Promise<void>>> = {
  "fact 1001: keys come from the configured origin, never from the body": async () => {
    const answer = await deliver(() => "ran", { payload: { api: { base_url: evil.baseUrl } } }, {}, evil.key);
    expect([answer.status, evil.keyRequests()]).toEqual([401, 0]);
  },
  "fact 1002: no token is sent to a base URL in the body": async () => {
    const notify: Handle = (_payload, { endpoints }) => endpoints.notify("t", "b");
    const delivery = { payload: { api: { base_url: evil.baseUrl } } };
    expect((await deliver(notify, delivery, { workspaceToken })).status).toBe(200);
    expect([evil.calls.length, kiket.calls[0]?.headers.authorization]).toEqual([0, `Bearer ${workspaceToken}`]);
  },
  "fact 1003: an unverified body causes no request, and fills no cache of keys": async () => {
    const extension = extensionOf(() => "ran");
    const before = kiket.keyRequests();
    for (let index = 0; index < 20; index += 1) {
      const api = { base_url: `${evil.baseUrl}/${index}` };
      await extension.fetch(await signedRequest(evil.key, { payload: { api } }));
    }
    // Once to have keys, and five times because the signature does not fit.
    expect([evil.keyRequests(), evil.calls.length, kiket.keyRequests() - before]).toEqual([0, 0, 6]);
  },
  "fact 1004: the text of an exception is in no response and no telemetry record": async () => {
    const records: unknown[] = [];
    const telemetry = { onRecord: (record: unknown) => records.push(record) };
    const answer = await deliver(throwing(new Error("password=hunter2")), {}, { telemetry });
    expect(answer).toMatchObject({ status: 500, body: { error: "The handler failed" } });
    expect(records).toHaveLength(1);
    expect(JSON.stringify([answer.body, records])).not.toContain("hunter2");
  },
  "fact 1005: the response does not wait for telemetry": async () => {
    let release = (): void => undefined;
    const held = new Promise<Response>((resolve) => {
      release = () => resolve(new Response());
    });
    const extension = extensionOf(() => "ran", {
      telemetry: { url: "https://collector.test" },
      fetch: (input, init) => (String(input).startsWith("https://collector.test") ? held : fetch(input, init)),
    });
    expect((await extension.fetch(await kiket.request())).status).toBe(200);
    release();
  },
  "fact 1006: handlers from a module's exports keep their scopes": async () => {
    const handlers = { onCreated: defineHandler({ ...v1, requiredScopes: ["issues:write"] }, () => "ran") };
    const extension = kiket.extension({ handlers });
    expect((await extension.fetch(await kiket.request())).status).toBe(403);
  },
  "fact 1007: only a missing result becomes {ok: true}": async () => {
    for (const result of [[], {}, false, 0, ""]) expect((await deliver(() => result)).body).toEqual(result);
    for (const result of [null, undefined]) expect((await deliver(() => result)).body).toEqual({ ok: true });
  },
  "fact 1008: malformed input is a 4xx, so that it is not retried": async () => {
    const extension = extensionOf(() => "ran");
    for (const body of ["{", "null", "[]", '"text"', ""]) {
      expect((await extension.fetch(post(body))).status, body).toBe(400);
    }
    expect((await extension.fetch(post('{"authentication":null}'))).status).toBe(401);
    expect((await extension.fetch(await kiket.request({ payload: { api: null } }))).status).toBe(200);
    const twice = await kiket.request({ path: "/webhooks/issue.created?version=v1&version=v2" });
    expect((await extension.fetch(twice)).status).toBe(200);
  },
  "fact 1009: a temporary failure is a 5xx, so that it is retried": async () => {
    const failures = [new Error("any"), new KiketError("any"), new ApiConnectionError("down", "timeout")];
    for (const error of failures) expect((await deliver(throwing(error))).status).toBe(500);
    kiket.keys = 500;
    expect((await deliver(() => "ran")).status).toBe(503);
  },
  "fact 1010: a scope that a running handler lacks is 403": async () => {
    const asks: Handle = (_payload, { requireScopes }) => requireScopes("issues:write");
    expect(await deliver(asks)).toMatchObject({ status: 403, body: { missing_scopes: ["issues:write"] } });
  },
  "fact 1011: rotating a secret never deletes it": async () => {
    await call(({ secrets }) => secrets.rotate("KEY", "new"), { status: 404, body: {} }, { status: 201, body: {} });
    expect(sent().map(([method]) => method)).toEqual(["PATCH", "POST"]);
  },
  "fact 1012: only a real 404 means that there is no secret": async () => {
    expect(await call(({ secrets }) => secrets.get("KEY"), { status: 404, body: {} })).toBeNull();
    for (const answer of [{ status: 401 }, { status: 500 }, { status: 403, body: { error: "404" } }]) {
      await expect(call(({ secrets }) => secrets.get("KEY"), answer)).rejects.toThrow(ApiError);
    }
  },
  "fact 1013: a list of secrets may be a bare array": async () => {
    const list = [{ key: "A" }];
    for (const body of [list, { keys: list }, { data: list }, { secrets: list }]) {
      expect(await call(({ secrets }) => secrets.list(), { status: 200, body })).toEqual(list);
    }
  },
  "fact 1014: every export of every entry exists": async () => {
    for (const entry of ["index", "node", "codegen", "testing", "sqlite"]) {
      const exported: Readonly<Record<string, unknown>> = await import(`../../runtime/${entry}.ts`);
      expect(Object.keys(exported).length).toBeGreaterThan(0);
      for (const [name, value] of Object.entries(exported)) expect(value, `${entry} ${name}`).toBeDefined();
    }
  },
  "fact 1016: what the SDKs' READMEs promise exists": async () => {
    expect(() => extensionOf(() => "ran", { auth: "hmac", webhookSecrets: "whsec_1" })).not.toThrow();
    expect(typeof signDelivery).toBe("function");
    const members = await call(({ secrets, endpoints }) => [typeof secrets.rotate, typeof endpoints.notify]);
    expect(members).toEqual(["function", "function"]);
  },
  "fact 1017: what the testing kit signs is accepted": async () => {
    const platform = await openPlatform({ webhookSecret: "whsec_1" });
    for (const auth of ["token", "hmac", "both"] as const) {
      const secret = auth === "token" ? {} : { webhookSecrets: "whsec_1" };
      const extension = extensionOf(() => "ran", {
        baseUrl: platform.baseUrl,
        now: platform.clock.now,
        auth,
        ...secret,
      });
      expect((await platform.deliver(extension, { ...v1, auth })).status, auth).toBe(200);
    }
  },
  "fact 1018: every call is below /api/v1": async () => {
    const paths = operations.map(({ path }) => path).filter((path) => path !== "/.well-known/jwks.json");
    expect(paths.filter((path) => !path.startsWith("/api/v1/"))).toEqual([]);
    await call(({ endpoints }) => endpoints.customData(1).list("m", "t"), { status: 200, body: { data: [] } });
    expect(sent()[0]?.[1]).toMatch(/^\/api\/v1\//);
  },
  "fact 1019: a 4xx or 5xx response is an error, and every call has a timeout": async () => {
    for (const status of [400, 404, 422, 500]) {
      const list = call(({ endpoints }) => endpoints.slaEvents(1).list(), { status, body: { data: [] } });
      await expect(list).rejects.toMatchObject({ name: "ApiError", status });
    }
    expect(resolveOutbound({}).timeout).toBe(15_000);
  },
  "fact 1020: a key is found by its kid, a default of false is kept, and a 403 is JSON": async () => {
    const rotated = await createSigningKey("key-2");
    kiket.keys = [kiket.key.publicJwk, rotated.publicJwk];
    const settingDefinitions = { on: { type: "boolean", default: false } } as const;
    const settings: Handle = (_payload, context) => context.settings;
    expect(await deliver(settings, {}, { settingDefinitions }, rotated)).toMatchObject({ body: { on: false } });
    const refused = await answerOf(extensionOf(settings, {}, ["x"]), await kiket.request());
    expect([refused.status, refused.headers.get("content-type")]).toEqual([403, "application/json"]);
  },
  "fact 1021: the runtime token is sent, secrets are filled, the rate limit is read, and 204 is not an error":
    async () => {
      const payload = { secrets: { API_KEY: "one" } };
      const limit = { limit: 600, remaining: 599, window_seconds: 60, reset_in: 30 };
      kiket.answers.push({ status: 200, body: { rate_limit: limit } });
      const handle: Handle = async (_payload, { endpoints, payloadSecrets }) => {
        const { resetIn } = await endpoints.rateLimit();
        await endpoints.customData(1).delete("m", "t", 1);
        return [resetIn, payloadSecrets.API_KEY];
      };
      expect(await deliver(handle, { payload })).toMatchObject({ status: 200, body: [30, "one"] });
      expect(kiket.calls.map(({ headers }) => typeof headers["x-kiket-runtime-token"])).toEqual(["string", "string"]);
      const elsewhere = { baseUrl: undefined, env: { KIKET_BASE_URL: evil.baseUrl } };
      expect((await deliver(() => "ran", {}, elsewhere, evil.key)).status).toBe(200);
      const unreadable = post('{"authentication":{"runtime_token":"no.token.this"}}');
      expect((await extensionOf(() => "ran").fetch(unreadable)).status).toBe(401);
    },
  "fact 1022: the signature covers the raw bytes, with their line breaks": async () => {
    const extension = extensionOf((payload) => payload.text, { auth: "hmac", webhookSecrets: "whsec_test" });
    const body = '{\r\n  "event": "issue.created",\n\n "text": "a\\nb" }\n';
    expect(await answerOf(extension, hmacRequest({ body }))).toMatchObject({ status: 200, body: "a\nb" });
  },
  "fact 1023: the path names the event, an unknown event is 404, and calls send the event's version": async () => {
    const options = { extensionVersion: "9.9.9" };
    const notify: Handle = async (_payload, context) => {
      await context.endpoints.notify("t", "b");
      return context.event;
    };
    const payload = { event: "issue.deleted" };
    expect(await deliver(notify, { payload }, options)).toMatchObject({ status: 200, body: "issue.created" });
    expect(kiket.calls[0]?.headers["x-kiket-event-version"]).toBe("v1");
    expect((await deliver(notify, { path: "/v/v1/webhooks/issue.deleted" })).status).toBe(404);
  },
  "fact 1024: a token without exp or iat is refused": async () => {
    for (const claims of [{ exp: undefined }, { iat: undefined }]) {
      expect((await deliver(() => "ran", { claims })).status).toBe(401);
    }
  },
  "fact 1025: without a secret the extension does not start, and the timestamp is signed": async () => {
    expect(() => extensionOf(() => "ran", { auth: "hmac" })).toThrow(ConfigError);
    const extension = extensionOf(() => "ran", { auth: "hmac", webhookSecrets: "whsec_test" });
    const request = hmacRequest({ body: '{"event":"issue.created"}' });
    const later = String(Number(request.headers.get("x-kiket-timestamp")) + 1);
    request.headers.set("x-kiket-timestamp", later);
    expect((await extension.fetch(request)).status).toBe(401);
  },
  "fact 1026: a content hash is that of Python, or of Node if requested": async () => {
    const record = { b: { d: 1, c: 2 }, a: "é" };
    expect([await contentHash(record), await contentHash(record, "node")]).toEqual([
      "0x664a6e74203b9783aa4744876c2ec905502ff62b1b484ee5702747a531085ad0",
      "0xe5af7bb9d85f7433fd886bd7861a2592d06115c6a2a5ee5b63c9bc491c793ceb",
    ]);
  },
  "fact 1027: a malformed proof is refused": async () => {
    for (const hash of ["", "zz", "0x", leaf("a").slice(0, -2)]) {
      const proof = { contentHash: hash, proof: [], merkleRoot: hash };
      await expect(verifyMerkleProof(proof), hash).rejects.toThrow(KiketError);
    }
    const outside = { contentHash: leaf("a"), proof: [], merkleRoot: leaf("a"), leafIndex: 1, leafCount: 1 };
    await expect(verifyMerkleProof(outside)).rejects.toThrow(KiketError);
  },
  "fact 1028: the audit client can be reached, and keeps the requested records": async () => {
    const records = [{ record_id: 1, content_hash: leaf("b"), leaf_index: 0 }];
    const body = { merkle_root: leaf("a"), records };
    const read = ({ endpoints }: HandlerContext) => endpoints.audit.getAnchor(leaf("a"), { includeRecords: true });
    expect(await call(read, { status: 200, body })).toMatchObject({ records: [{ recordId: 1, leafIndex: 0 }] });
    expect(sent()[0]?.[1]).toContain("include_records=true");
  },
  "fact 1029: an id in a path is encoded": async () => {
    await call(({ secrets }) => secrets.get("../../a b"), { status: 404, body: {} });
    expect(sent()[0]?.[1]).toMatch(/\/secrets\/\.\.%2F\.\.%2Fa%20b$/);
    await expect(call(({ secrets }) => secrets.get(".."))).rejects.toThrow(KiketError);
  },
  "fact 1030: the public URL of a form is read under its name in the API": async () => {
    const body = { data: [{ id: 1, key: "f", public: true, form_url: "https://kiket.dev/forms/f" }] };
    const url = await call(
      async ({ endpoints }) => {
        const forms = endpoints.intakeForms(1);
        return (await forms.list()).map((form) => forms.publicUrl(form));
      },
      { status: 200, body },
    );
    expect(url).toEqual(["https://kiket.dev/forms/f"]);
  },
  "fact 1031: the issue id of a request for SLA events is sent": async () => {
    await call(({ endpoints }) => endpoints.slaEvents(1).list({ issueId: 42 }), { status: 200, body: { data: [] } });
    expect(sent()[0]?.[1]).toBe("/api/v1/ext/sla/events?project_id=1&issue_id=42");
  },
  "fact 1032: the variable of every secret can be set from a shell": async () => {
    expect(["api.token", "apiToken", "SMTP-Key"].map((key) => secretVariables(key)[0])).toEqual([
      "KIKET_SECRET_API_TOKEN",
      "KIKET_SECRET_APITOKEN",
      "KIKET_SECRET_SMTP_KEY",
    ]);
  },
  "fact 1033: .kiket/manifest.yaml, configuration.<KEY> and a map of settings are read": async () => {
    const files: Files = {
      read: async (path) => (path === ".kiket/manifest.yaml" ? "extension: {}\n" : undefined),
      list: async () => [],
    };
    expect((await load(files)).manifest?.path).toBe(".kiket/manifest.yaml");
    const entry = "{LIMIT: {type: integer, default: 5, label: Limit}}";
    const model = cleanModel(
      `model_version: "1.0"\nextension:\n  id: com.example.a\n  name: A\n  version: 1.0.0\n  configuration: ${entry}\n`,
    );
    expect(model.settings).toMatchObject([{ key: "LIMIT", type: "integer", default: 5 }]);
  },
  "fact 1034: keys are fetched once, without blocking anything else": async () => {
    const extension = extensionOf(() => "ran");
    const before = kiket.keyRequests();
    const requests = await Promise.all(Array.from({ length: 10 }, () => kiket.request()));
    const answers = requests.map((request) => extension.fetch(request));
    expect((await extension.fetch(new Request("http://extension.test/health"))).status).toBe(200);
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(kiket.keyRequests() - before).toBe(1);
  },
  "fact 1035: a scope must match as a whole": async () => {
    const extension = extensionOf(() => "ran", {}, ["read"]);
    const status = async (scopes: unknown) =>
      (await extension.fetch(await kiket.request({ claims: { scopes } }))).status;
    expect([await status("issues.read.all"), await status(["issues.read.all"])]).toEqual([401, 403]);
    expect([await status(["read", null]), await status(["read"])]).toEqual([401, 200]);
  },
  "fact 1036: an error of the ingestion client does not contain the API key": async () => {
    const apiKey = "ingestion-key-1";
    const client = createIngestionClient({
      apiKey,
      organizationId: "o",
      retries: 0,
      fetch: async () => new Response(JSON.stringify({ error: `bad key ${apiKey}` }), { status: 401 }),
    });
    const error = await client.getContract().catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(ApiError);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(apiKey);
  },
  "fact 1037: telemetry is off by default, sends no credentials, and is retried": async () => {
    await deliver(() => "ran");
    expect(kiket.calls).toEqual([]);
    kiket.answers.push({ status: 503 }, { status: 202 });
    const logger = createTestLogger();
    await deliver(() => "ran", {}, { telemetry: { url: kiket.baseUrl }, workspaceToken, logger });
    expect(kiket.calls.map(({ path, headers }) => [path, headers.authorization])).toEqual([
      ["/telemetry", undefined],
      ["/telemetry", undefined],
    ]);
  },
  "fact 1038: trailing slashes of the base URL are removed": async () => {
    await deliver(() => "ran", {}, { baseUrl: `${kiket.baseUrl}//`, telemetry: { enabled: true } });
    expect(kiket.calls.map(({ path }) => path)).toEqual(["/api/v1/ext/telemetry"]);
  },
  "fact 1039: a telemetry record contains the class of the thrown error": async () => {
    const classes: (string | null)[] = [];
    const onRecord = (record: { readonly errorClass: string | null }) => classes.push(record.errorClass);
    const failures = [new TypeError("x"), new ApiConnectionError("x", "timeout")];
    for (const error of failures) await deliver(throwing(error), {}, { telemetry: { onRecord } });
    expect(classes).toEqual(["TypeError", "ApiConnectionError"]);
  },
  "fact 1040: writes have an idempotency key and are retried, 429 is passed on, and a token runs once": async () => {
    const wait = { "retry-after": "1" };
    await call(({ endpoints }) => endpoints.notify("t", "b"), { status: 429, headers: wait }, { status: 503 });
    const keys = kiket.calls.map(({ headers }) => headers["idempotency-key"]);
    expect([keys.length, new Set(keys).size]).toEqual([3, 1]);
    kiket.answers.push(...Array.from({ length: 3 }, () => ({ status: 429, headers: { "retry-after": "7" } })));
    const limited = await deliver((_payload, { endpoints }) => endpoints.notify("t", "b"));
    expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "7"]);
    let runs = 0;
    const extension = extensionOf(() => {
      runs += 1;
    });
    const again = () => kiket.request({ claims: { jti: "one" } });
    await extension.fetch(await again());
    await extension.fetch(await again());
    expect(runs).toBe(1);
  },
  "fact 1041: a result that is not JSON is an error before it is recorded": async () => {
    const statuses: string[] = [];
    const onRecord = ({ status }: { readonly status: string }) => statuses.push(status);
    const circular: { self?: unknown } = {};
    circular.self = circular;
    for (const result of [circular, 1n, () => 1, { no: Number.NaN }, new Map([["a", 1]])]) {
      const answer = await deliver(() => result, {}, { telemetry: { onRecord } });
      expect(answer).toMatchObject({ status: 500, body: { error: "The handler failed" } });
    }
    expect(statuses).toEqual(["error", "error", "error", "error", "error"]);
    expect((await deliver(() => ({ at: new Date(0), no: undefined }))).body).toEqual({
      at: "1970-01-01T00:00:00.000Z",
    });
  },
  "fact 1042: the response to a notification has the names of the API": async () => {
    const response = { success: true, messageId: "m", deliveredAt: new Date(0), retryAfter: 5 };
    expect(notificationResponse(response)).toEqual({
      success: true,
      message_id: "m",
      delivered_at: "1970-01-01T00:00:00.000Z",
      retry_after: 5,
    });
  },
  "fact 1043: a base URL or token of another type than text does not break the extension": async () => {
    expect((await deliver(() => "ran", { payload: { api: { base_url: 7 } } })).status).toBe(200);
    for (const token of [7, {}, ["a"], true]) {
      const body = JSON.stringify({ authentication: { runtime_token: token } });
      const answer = await answerOf(
        extensionOf(() => "ran"),
        post(body),
      );
      expect(answer).toMatchObject({ status: 401, body: { error: "Missing runtime_token in payload" } });
    }
  },
};

/** Why a defect is impossible here. */
const impossible: Readonly<Record<string, string>> = {
  "fact 1015": "The Go SDK does not compile. Here `npm run check` compiles everything.",
};

describe("the defects of the official SDKs", () => {
  test.each(Object.entries(shown))("%s", async (_name, show) => show());

  test("each of the 43 defects has one entry", () => {
    const numbers = [...Object.keys(shown), ...Object.keys(impossible)].map((name) => name.split(":")[0]);
    const all = Array.from({ length: 43 }, (_, index) => `fact ${index + 1001}`);
    expect(numbers.sort()).toEqual(all.sort());
  });
});
