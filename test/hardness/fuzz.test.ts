import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  defineHandler,
  type Extension,
  type ExtensionOptions,
  type HandlerContext,
  subject,
} from "../../runtime/index.js";
import { createTestLogger } from "../support/deliveries.js";
import { hmacRequest, webhookSecret } from "../support/hmac.js";
import { openKiket } from "../support/open-kiket.js";
import { testClaims } from "../support/tokens.js";

const kiket = await openKiket();
const rejections: unknown[] = [];
const onRejection = (reason: unknown): void => void rejections.push(reason);

beforeAll(async () => {
  process.on("unhandledRejection", onRejection);
});
afterAll(async () => {
  process.off("unhandledRejection", onRejection);
});

/** How often the handler itself failed. Only then is 500 correct. */
let failures = 0;

/** A handler that reads everything that depends on the delivery. */
function look(payload: Readonly<Record<string, unknown>>, context: HandlerContext): unknown {
  const { auth, settings, payloadSecrets, headers, deliveryId, event, eventVersion, log } = context;
  log.info("Looked at", { payload, auth, payloadSecrets });
  JSON.stringify([context, auth, payloadSecrets]);
  return {
    event,
    eventVersion,
    deliveryId,
    scopes: auth.scopes.map((scope) => scope.length),
    settings: Object.entries(settings),
    secret: context.secret("API_TOKEN") ?? context.secret("__proto__") ?? null,
    subject: subject(payload as { readonly issue?: unknown }) ?? null,
    headers: [...headers.keys()],
    tables: Object.keys(context.customData(1)),
    calls: Object.keys(context.endpoints),
  };
}

const handler = (event: string) =>
  defineHandler({ event, version: "v1" }, (payload, context) => {
    try {
      return look(payload, context);
    } catch (error) {
      failures += 1;
      throw error;
    }
  });

function extensionOf(options: Partial<ExtensionOptions> = {}): Extension {
  return kiket.extension({
    handlers: [handler("issue.created"), handler("case.created")],
    settingDefinitions: {
      API_TOKEN: { type: "string" },
      LIMIT: { type: "integer", default: 5 },
      OPTIONS: { type: "object" },
      ON: { type: "boolean" },
    },
    webhookPath: "/kiket",
    logger: createTestLogger(),
    ...options,
  });
}

/** The statuses of the SDKs (facts 121 to 129) and those in the README of runtime/pipeline. */
const documented: readonly number[] = [200, 400, 401, 403, 404, 413, 415, 431, 500, 503];

async function answerOf(extension: Extension, request: Request): Promise<number> {
  const before = failures;
  const response = await extension.fetch(request);
  const text = await response.text();
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(() => JSON.parse(text)).not.toThrow();
  expect(documented).toContain(response.status);
  if (response.status === 500) expect(failures).toBe(before + 1);
  expect(text).not.toMatch(/\n\s+at |node_modules|TypeError|SyntaxError/);
  return response.status;
}

afterAll(async () => {
  // One turn later, any error that was left behind has been reported.
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(rejections).toEqual([]);
});

const wireNames = [
  ...["authentication", "api", "base_url", "secrets", "secret_status", "event", "event_version", "event_type", "id"],
  ...["issue", "case", "project", "project_id", "organization", "transition", "comment", "user", "context", "data"],
  ...["payload", "type", "timestamp", "occurred_at", "createdAt", "organizationId", "projectKey", "workspaceId"],
  ...["actor", "customFields", "custom_fields", "from", "to", "status", "previous_status", "issue_id", "parameters"],
  ...["API_TOKEN", "LIMIT", "OPTIONS", "ON", "__proto__", "constructor", "prototype", "toJSON", "then", "length", ""],
];
/** Names with a meaning, and random ones. */
const name = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...wireNames) }, fc.string({ unit: "binary" }));
const scalar = fc.oneof(
  fc.constantFrom(null, true, false, 0, -1, 1e300, -0, "", " ", "*", "v1", "issue.created", "case.created", "evt_1"),
  fc.constantFrom("\r\nX: 1", "../..", "http://127.0.0.1:1", "2026-03-02T08:25:04Z", "\ud800", "\u0000", "__proto__"),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalar,
    fc.array(tie("json"), { maxLength: 4 }),
    fc.array(fc.tuple(name, tie("json")), { maxLength: 5 }).map((members) => Object.fromEntries(members)),
  ),
}));

const envelope: Readonly<Record<string, unknown>> = {
  event: "issue.created",
  event_version: "v1",
  action: "created",
  received_at: "2026-03-02T08:25:04Z",
  api: { base_url: "https://kiket.test", runtime_header: "X-Kiket-Runtime-Token" },
  secrets: { API_TOKEN: "a-value-of-six", LIMIT: "7" },
  secret_status: { missing: [] },
  issue: { id: 42, key: "A-1", title: "T", project_id: 27 },
  project: { id: 27, key: "A" },
  organization: { id: 1, subdomain: "acme" },
  transition: { from: "a", to: "b" },
  context: { user_id: 1, workspace: "acme" },
  id: "evt_9",
  event_type: "issue_created",
  project_id: 27,
  organization_id: 1,
  user: { id: 3, email: "a@b.example" },
};
const places: readonly (readonly string[])[] = Object.entries(envelope).flatMap(([member, value]) => [
  [member],
  ...(typeof value === "object" && value !== null ? Object.keys(value).map((inner) => [member, inner]) : []),
]);

/** A copy with another value in one place, as JSON text, so that `__proto__` is a normal member. */
function withValue(object: Readonly<Record<string, unknown>>, [first = "", second]: readonly string[], value: unknown) {
  const inner = object[first] as Readonly<Record<string, unknown>>;
  return { ...object, [first]: second === undefined ? value : { ...inner, [second]: value } };
}

const path = fc.constantFrom("/webhooks/issue.created?version=v1", "/v/1/webhooks/case.created", "/kiket");

function tokenRequest(body: unknown, where: string): Request {
  return new Request(`http://extension.test${where}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

describe("a signed envelope", () => {
  test("with any value in any place", async () => {
    const extension = extensionOf();
    const seen = new Set<number>();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), json, path, async (place, value, where) => {
        const runtime_token = await kiket.key.sign({ ...testClaims, jti: crypto.randomUUID() });
        const body = { ...withValue(envelope, place, value), authentication: { runtime_token } };
        seen.add(await answerOf(extension, tokenRequest(body, where)));
      }),
      { numRuns: 600 },
    );
    expect(seen).toContain(200);
  });

  test("with any members beside the token", async () => {
    const extension = extensionOf();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, json), { maxLength: 8 }), path, async (members, where) => {
        const runtime_token = await kiket.key.sign({ ...testClaims, jti: crypto.randomUUID() });
        const body = { ...Object.fromEntries(members), authentication: { runtime_token } };
        await answerOf(extension, tokenRequest(body, where));
      }),
      { numRuns: 400 },
    );
  });

  test("with any claims", async () => {
    const extension = extensionOf({ expectedExtId: 22 });
    const claim = fc.constantFrom(
      "iss",
      "sub",
      "iat",
      "exp",
      "nbf",
      "aud",
      "jti",
      "org_id",
      "ext_id",
      "proj_id",
      "scopes",
    );
    await fc.assert(
      fc.asyncProperty(claim, json, async (changed, value) => {
        const runtime_token = await kiket.key.sign({ ...testClaims, jti: crypto.randomUUID(), [changed]: value });
        const body = { ...envelope, authentication: { runtime_token } };
        const status = await answerOf(extension, tokenRequest(body, "/webhooks/issue.created?version=v1"));
        // A genuine token from the future is one of a clock that is ahead: Kiket may try again.
        const isEarly = /^(iat|nbf)$/.test(changed) && typeof value === "number" && value > (testClaims.iat ?? 0);
        expect([200, 401, ...(isEarly ? [503] : [])]).toContain(status);
      }),
      { numRuns: 300 },
    );
  });

  test("with anything instead of the token, or around it", async () => {
    const extension = extensionOf();
    await fc.assert(
      fc.asyncProperty(json, fc.boolean(), path, async (value, isToken, where) => {
        const body = { ...envelope, authentication: isToken ? { runtime_token: value } : value };
        expect(await answerOf(extension, tokenRequest(body, where))).toBe(401);
      }),
      { numRuns: 300 },
    );
  });

  test("with any header before its claims", async () => {
    const extension = extensionOf();
    const member = fc.constantFrom(
      "alg",
      "kid",
      "typ",
      "jwk",
      "jku",
      "x5u",
      "x5c",
      "crit",
      "b64",
      "zip",
      "cty",
      "__proto__",
    );
    const [head = "", claims = "", signature = ""] = (await kiket.key.sign(testClaims)).split(".");
    const genuine: object = JSON.parse(Buffer.from(head, "base64url").toString());
    const seen = new Set<number>();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(member, json), { minLength: 1, maxLength: 3 }), async (members) => {
        const header = JSON.stringify({ ...genuine, ...Object.fromEntries(members) });
        const forged = `${Buffer.from(header).toString("base64url")}.${claims}.${signature}`;
        const body = { ...envelope, authentication: { runtime_token: forged } };
        const status = await answerOf(extension, tokenRequest(body, "/webhooks/issue.created?version=v1"));
        // 503 is for unknown keys, when the extension may not load the keys again yet.
        expect([401, 503]).toContain(status);
        seen.add(status);
      }),
      { numRuns: 400 },
    );
    expect(seen).toContain(401);
    expect(kiket.calls).toEqual([]);
  });

  test("with a signature by a shared secret, and any JSON", async () => {
    const extension = extensionOf({ auth: "hmac", webhookSecrets: webhookSecret });
    await fc.assert(
      fc.asyncProperty(json, path, async (value, where) => {
        const status = await answerOf(extension, hmacRequest({ body: JSON.stringify(value), path: where }));
        expect([200, 400, 404, 401]).toContain(status);
      }),
      { numRuns: 300 },
    );
  });
});

describe("any request", () => {
  const contentType = fc.constantFrom(
    "application/json",
    "application/json; charset=utf-8",
    "a/b+json",
    "text/plain",
    "",
  );

  test("with any bytes as its body", async () => {
    const extension = extensionOf({ limits: { bodyBytes: 200 } });
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json().map((text) => new TextEncoder().encode(text)),
      fc
        .array(fc.constantFrom(...'[]{}":,\\u0 1eE.-'), { maxLength: 80 })
        .map((all) => new TextEncoder().encode(all.join(""))),
    );
    const seen = new Set<number>();
    await fc.assert(
      fc.asyncProperty(bytes, contentType, path, async (body, type, where) => {
        const headers = type === "" ? {} : { "content-type": type };
        const request = new Request(`http://extension.test${where}`, {
          method: "POST",
          headers,
          body: new Uint8Array(body),
        });
        const status = await answerOf(extension, request);
        expect([400, 401, 413, 415]).toContain(status);
        seen.add(status);
      }),
      { numRuns: 500 },
    );
    expect(seen).toEqual(new Set([400, 401, 413, 415]));
  });

  test("to any path, by any method, with any headers", async () => {
    const extension = extensionOf();
    const segment = fc.oneof(
      fc.constantFrom(
        "webhooks",
        "v",
        "v1",
        "kiket",
        "health",
        "ready",
        "..",
        "%2e%2e",
        "%",
        "%00",
        "%ff",
        "%2f",
        "*",
        ":event",
      ),
      fc.webSegment(),
    );
    const header = fc.constantFrom("x-kiket-event-version", "x-kiket-delivery", "x-kiket-signature", "content-length");
    await fc.assert(
      fc.asyncProperty(
        fc.array(segment, { maxLength: 5 }),
        fc.webQueryParameters(),
        fc.constantFrom("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"),
        fc.dictionary(header, fc.stringMatching(/^[\x20-\x7e]{0,30}$/)),
        async (segments, query, method, headers) => {
          const body = method === "GET" || method === "HEAD" ? null : "{}";
          const url = `http://extension.test/${segments.join("/")}?${query}`;
          const all = { "content-type": "application/json", ...headers };
          const response = await extension.fetch(new Request(url, { method, headers: all, body }));
          // A body of another length than its header says was cut on the way, or read by somebody else.
          const isCut = body !== null && /^\d+$/.test(headers["content-length"] ?? "");
          expect([200, 400, 401, 404, 405, 413, ...(isCut ? [500] : [])]).toContain(response.status);
          expect(response.headers.get("content-type")).toBe("application/json");
        },
      ),
      { numRuns: 500 },
    );
  });
});
