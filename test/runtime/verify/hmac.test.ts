import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConfigError, defineHandler, type Extension, type ExtensionOptions } from "../../../runtime/index.js";
import { createTestLogger } from "../../support/deliveries.js";
import { hmacHex, hmacRequest, webhookSecret } from "../../support/hmac.js";
import { openKiket } from "../../support/open-kiket.js";
import { bodyOf } from "../../support/replies.js";
import { type Target, targets } from "../../support/targets.js";
import { testClaims, testSeconds, testTime } from "../../support/tokens.js";

/** The vector of schemas/record/inbound.md (fact 159). */
const vector = {
  body: '{"event":"issue.created","issue":{"id":42}}',
  timestamp: "1767225600",
  bodyOnly: "e3c7bbdd1e9d48561ab17857dc3e70b9d0fee4c460b74c8a16404172dd3bfbb7",
  withTimestamp: "271e2791240ed8646d0223e174d50201a02ec91049f5b0f6f2d307f15bbc79da",
};

const kiket = await openKiket();

const handler = defineHandler({ event: "issue.created", version: "v1" }, () => "ran");

function hmacExtension(options: Partial<ExtensionOptions> = {}): Extension {
  return kiket.extension({
    handlers: [handler],
    auth: "hmac",
    webhookSecrets: webhookSecret,
    ...options,
  });
}

async function answerTo(extension: { fetch(request: Request): Promise<Response> }, request: Request) {
  const response = await extension.fetch(request);
  return { status: response.status, body: await bodyOf(response) };
}

function request(headers: Record<string, string>, body: string = vector.body): Request {
  return new Request("http://extension.test/v/v1/webhooks/issue.created", {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
}

const ran = { status: 200, body: "ran" };
const refused = (error: string) => ({ status: 401, body: { error } });

describe("the documented vector", () => {
  const now = () => Number(vector.timestamp) * 1000;

  test.each([
    ["bare hex", vector.withTimestamp],
    ["with sha256=", `sha256=${vector.withTimestamp}`],
    ["in capitals", vector.withTimestamp.toUpperCase()],
  ])("%s", async (_form, signature) => {
    const headers = { "x-kiket-timestamp": vector.timestamp, "x-kiket-signature": signature };
    expect(await answerTo(hmacExtension({ now }), request(headers))).toEqual(ran);
  });

  test("a signature over the body alone needs the legacy option, with and without a timestamp", async () => {
    const alone = { "x-kiket-signature": vector.bodyOnly };
    const dated = { ...alone, "x-kiket-timestamp": vector.timestamp };
    expect(await answerTo(hmacExtension({ now }), request(dated))).toEqual(refused("Invalid signature"));
    expect(await answerTo(hmacExtension({ now }), request(alone))).toEqual(refused("Missing X-Kiket-Timestamp header"));
    const legacy = { now, legacyBodySignature: true };
    expect(await answerTo(hmacExtension(legacy), request(alone))).toEqual(ran);
    expect(await answerTo(hmacExtension(legacy), request(dated))).toEqual(ran);
    const both = { "x-kiket-timestamp": vector.timestamp, "x-kiket-signature": vector.withTimestamp };
    expect(await answerTo(hmacExtension(legacy), request(both))).toEqual(ran);
  });

  test("with the legacy option, a timestamp is still checked if there is one", async () => {
    const headers = { "x-kiket-signature": vector.bodyOnly, "x-kiket-timestamp": "1767225000" };
    const extension = hmacExtension({ now, legacyBodySignature: true });
    expect(await answerTo(extension, request(headers))).toEqual(
      refused("Request timestamp too old or too far in future: 600s"),
    );
  });
});

describe("401", () => {
  const body = vector.body;
  const timestamp = String(testSeconds);
  const signature = hmacHex(`${timestamp}.${body}`);

  test.each<readonly [string, Record<string, string>, string]>([
    ["no signature", { "x-kiket-timestamp": timestamp }, "Missing X-Kiket-Signature header"],
    ["an empty one", { "x-kiket-timestamp": timestamp, "x-kiket-signature": " " }, "Missing X-Kiket-Signature header"],
    ["no timestamp", { "x-kiket-signature": signature }, "Missing X-Kiket-Timestamp header"],
    ["neither", {}, "Missing X-Kiket-Signature header"],
    ...["soon", "1e9", "-1", "0x10", "1767225600.5", "1767225600000", "2026-13-45T00:00:00Z", "2026-03-02"].map(
      (text): readonly [string, Record<string, string>, string] => [
        `the time stamp ${text}`,
        { "x-kiket-timestamp": text, "x-kiket-signature": signature },
        "Invalid X-Kiket-Timestamp header",
      ],
    ),
    ...[
      "zz",
      signature.slice(1),
      `${signature}00`,
      `sha512=${signature}`,
      `${"g".repeat(64)}`,
      `${signature},${"0".repeat(64)}`,
    ].map((text): readonly [string, Record<string, string>, string] => [
      `the signature ${text}`,
      { "x-kiket-timestamp": timestamp, "x-kiket-signature": text },
      "Invalid signature",
    ]),
    [
      "another secret's signature",
      { "x-kiket-timestamp": timestamp, "x-kiket-signature": hmacHex(`${timestamp}.${body}`, "whsec_other") },
      "Invalid signature",
    ],
    [
      "a signature over another timestamp",
      { "x-kiket-timestamp": String(testSeconds + 1), "x-kiket-signature": signature },
      "Invalid signature",
    ],
  ])("for %s", async (_what, headers, error) => {
    expect(await answerTo(hmacExtension(), request(headers))).toEqual(refused(error));
  });

  test("but not for headers that a proxy sent twice with one value", async () => {
    const headers = {
      "x-kiket-timestamp": `${timestamp}, ${timestamp}`,
      "x-kiket-signature": `${signature}, ${signature}`,
    };
    expect((await hmacExtension().fetch(request(headers))).status).toBe(200);
  });

  test("for a changed body, even by one space", async () => {
    const headers = { "x-kiket-timestamp": timestamp, "x-kiket-signature": signature };
    expect(await answerTo(hmacExtension(), request(headers, `${body} `))).toEqual(refused("Invalid signature"));
    expect(await answerTo(hmacExtension(), request(headers, JSON.stringify(JSON.parse(body), null, 1)))).toEqual(
      refused("Invalid signature"),
    );
  });

  test("before the body is parsed, so that an unsigned caller learns nothing", async () => {
    for (const text of ["{", "null", "[]"]) {
      expect(await answerTo(hmacExtension(), request({}, text))).toEqual(refused("Missing X-Kiket-Signature header"));
    }
    expect(await answerTo(hmacExtension(), hmacRequest({ body: "{" }))).toEqual({
      status: 400,
      body: { error: "Body is not valid JSON" },
    });
  });

  test("for a token instead of a signature, and for the reverse", async () => {
    const runtime_token = await kiket.key.sign(testClaims);
    const tokenOnly = JSON.stringify({ event: "issue.created", authentication: { runtime_token } });
    expect(await answerTo(hmacExtension(), request({}, tokenOnly))).toEqual(
      refused("Missing X-Kiket-Signature header"),
    );
    const byToken = kiket.extension({ handlers: [handler] });
    expect(await answerTo(byToken, hmacRequest({ body }))).toEqual(refused("Missing runtime_token in payload"));
  });
});

describe("time", () => {
  test.each([
    ["300 s ago", -300, ran],
    ["300 s ahead", 300, ran],
    ["301 s ago", -301, refused("Request timestamp too old or too far in future: 301s")],
  ])("%s", async (_what, offset, expected) => {
    const signed = hmacRequest({ body: vector.body, timestamp: String(testSeconds + offset) });
    expect(await answerTo(hmacExtension(), signed)).toEqual(expected);
  });

  test("a signed timestamp from the future is a 503, because only the clock of this process can be wrong", async () => {
    const timestamp = String(testSeconds + 301);
    const error = "Request timestamp too old or too far in future: 301s";
    const signed = hmacRequest({ body: vector.body, timestamp });
    expect(await answerTo(hmacExtension(), signed)).toEqual({
      status: 503,
      body: { error: `${error}; check the clock of this process` },
    });
    const forged = hmacRequest({ body: vector.body, timestamp, secret: "whsec_forged" });
    expect(await answerTo(hmacExtension(), forged)).toEqual(refused(error));
  });

  test.each([["2026-03-02T08:25:04Z"], ["2026-03-02T09:25:04.500+01:00"]])("in ISO 8601: %s", async (timestamp) => {
    expect(await answerTo(hmacExtension(), hmacRequest({ body: vector.body, timestamp }))).toEqual(ran);
  });
});

describe("secrets", () => {
  test("all of them are accepted, so that they can be rotated", async () => {
    const extension = hmacExtension({ webhookSecrets: ["whsec_new", "whsec_old"] });
    for (const [index, secret] of ["whsec_old", "whsec_new"].entries()) {
      const timestamp = String(testSeconds + index);
      expect(await answerTo(extension, hmacRequest({ body: vector.body, secret, timestamp }))).toEqual(ran);
    }
    const retired = hmacRequest({ body: vector.body, secret: "whsec_older" });
    expect(await answerTo(extension, retired)).toEqual(refused("Invalid signature"));
  });

  test("come from the environment, but the option takes precedence", async () => {
    const env = { KIKET_WEBHOOK_SECRET: "whsec_env" };
    const signed = () => hmacRequest({ body: vector.body, secret: "whsec_env" });
    expect(await answerTo(hmacExtension({ env, webhookSecrets: undefined }), signed())).toEqual(ran);
    expect(await answerTo(hmacExtension({ env }), signed())).toEqual(refused("Invalid signature"));
  });

  test.each<readonly [string, Partial<ExtensionOptions>]>([
    ["none", { webhookSecrets: undefined }],
    ["an empty one", { webhookSecrets: "" }],
    ["an empty list", { webhookSecrets: [] }],
    ["empty ones", { webhookSecrets: ["", ""] }],
    ["a blank one", { webhookSecrets: " " }],
    ["blank ones", { webhookSecrets: ["\n", "\t "] }],
    ["an empty variable", { webhookSecrets: undefined, env: { KIKET_WEBHOOK_SECRET: "" } }],
    ["a blank variable", { webhookSecrets: undefined, env: { KIKET_WEBHOOK_SECRET: " " } }],
  ])("with %s the extension does not start", (_what, options) => {
    for (const auth of ["hmac", "both"] as const) {
      expect(() => hmacExtension({ auth, ...options })).toThrow(ConfigError);
      expect(() => hmacExtension({ auth, ...options })).toThrow(
        `Webhook secret not configured: auth "${auth}" requires`,
      );
    }
  });

  test("options without an effect are errors", () => {
    const options = { auth: "token" } as const;
    expect(() => hmacExtension(options)).toThrow('webhookSecrets has no effect while auth is "token"');
    expect(() => hmacExtension({ ...options, webhookSecrets: undefined, legacyBodySignature: true })).toThrow(
      'legacyBodySignature has no effect while auth is "token"',
    );
    expect(() => hmacExtension({ auth: "none" as "token" })).toThrow('auth must be "token", "hmac" or "both".');
  });

  test("are not in the log", async () => {
    const logger = createTestLogger();
    const leaking = defineHandler({ event: "issue.created", version: "v1" }, (_payload, { log }) => {
      log.info("secrets: whsec_one, whsec_two");
    });
    const extension = hmacExtension({ logger, handlers: [leaking], webhookSecrets: ["whsec_one", "whsec_two"] });
    await answerTo(extension, hmacRequest({ body: vector.body, secret: "whsec_two" }));
    expect(logger.others.map(({ message }) => message)).toEqual(["secrets: [redacted], [redacted]"]);
  });
});

describe("the context without a token", () => {
  test("has no scopes, no ids, and no token for calls to Kiket", async () => {
    const telling = defineHandler({ event: "issue.created", version: "v1" }, (_payload, { auth }) => ({ ...auth }));
    expect(await answerTo(hmacExtension({ handlers: [telling] }), hmacRequest({ body: vector.body }))).toEqual({
      status: 200,
      body: {
        runtimeToken: null,
        tokenType: null,
        expiresAt: null,
        scopes: [],
        orgId: null,
        extId: null,
        projId: null,
      },
    });
  });

  test("403 if it asks for a scope; a handler that requires one is refused at the start", async () => {
    const asking = defineHandler({ event: "issue.created", version: "v1" }, (_payload, { requireScopes }) =>
      requireScopes("issues:read"),
    );
    expect(await answerTo(hmacExtension({ handlers: [asking] }), hmacRequest({ body: vector.body }))).toMatchObject({
      status: 403,
      body: { error: "Insufficient scopes", missing_scopes: ["issues:read"] },
    });
    const demanding = defineHandler(
      { event: "issue.created", version: "v1", requiredScopes: ["issues:read"] },
      () => "ran",
    );
    expect(() => hmacExtension({ handlers: [demanding] })).toThrow(ConfigError);
    expect(() => hmacExtension({ handlers: [demanding] })).toThrow("requiredScopes to [] for issue.created v1.");
  });

  test("ignores a token in the body", async () => {
    const body = JSON.stringify({
      event: "issue.created",
      authentication: { runtime_token: await kiket.key.sign({ ...testClaims, scopes: ["*"] }) },
    });
    const telling = defineHandler({ event: "issue.created", version: "v1" }, (_payload, { auth }) => auth.scopes);
    expect(await answerTo(hmacExtension({ handlers: [telling] }), hmacRequest({ body }))).toEqual({
      status: 200,
      body: [],
    });
    expect(kiket.keyRequests()).toBe(0);
  });
});

describe("both", () => {
  const signedBody = async (claims: object = {}) =>
    JSON.stringify({
      event: "issue.created",
      authentication: { runtime_token: await kiket.key.sign({ ...testClaims, ...claims }) },
    });

  test("both must be valid", async () => {
    const extension = hmacExtension({ auth: "both" });
    const body = await signedBody();
    expect(await answerTo(extension, hmacRequest({ body, secret: "whsec_other" }))).toEqual(
      refused("Invalid signature"),
    );
    expect(await answerTo(extension, request({}, body))).toEqual(refused("Missing X-Kiket-Signature header"));
    expect(await answerTo(extension, hmacRequest({ body: vector.body }))).toEqual(
      refused("Missing runtime_token in payload"),
    );
    const expired = await signedBody({ exp: testSeconds - 61 });
    expect(await answerTo(extension, hmacRequest({ body: expired }))).toEqual(refused("Runtime token has expired"));
    expect(await answerTo(extension, hmacRequest({ body }))).toEqual(ran);
  });

  test("the token grants its scopes", async () => {
    const demanding = defineHandler(
      { event: "issue.created", version: "v1", requiredScopes: ["issues:read"] },
      (_payload, { auth }) => auth.orgId,
    );
    const extension = hmacExtension({ auth: "both", handlers: [demanding] });
    expect(await answerTo(extension, hmacRequest({ body: await signedBody() }))).toEqual({ status: 200, body: 11 });
  });
});

test("a signed body is refused on the path of another event", async () => {
  const closed = defineHandler({ event: "issue.closed", version: "v1" }, () => "ran");
  const extension = hmacExtension({ handlers: [handler, closed] });
  const signed = hmacRequest({ body: vector.body, path: "/v/v1/webhooks/issue.closed" });
  expect(await answerTo(extension, signed)).toEqual({
    status: 400,
    body: { error: "The event in the path differs from the event in the signed body" },
  });
});

describe("a signed body that names no event", () => {
  const body = '{"issue":{"id":42}}';
  const unnamed = {
    status: 400,
    body: { error: "Event name required in the signed body: send it as event or type." },
  };

  test.each(["/v/v1/webhooks/issue.created", "/webhooks/issue.created?version=v1", "/v/1/webhooks/issue.created"])(
    "runs nothing at %s, which is not signed",
    async (path) => {
      const logger = createTestLogger();
      expect(await answerTo(hmacExtension({ logger }), hmacRequest({ body, path }))).toEqual(unnamed);
      expect(logger.lines).toMatchObject([{ level: "warn", fields: { status: 400, reason: "event-not-signed" } }]);
    },
  );

  test.each([
    '{"event":null}',
    '{"event":""}',
    '{"event":7}',
    '{"event":["issue.created"]}',
    '{"type":"issue.created"}',
  ])("%s names none either", async (nameless) => {
    expect(await answerTo(hmacExtension(), hmacRequest({ body: nameless }))).toEqual(unnamed);
  });

  test("runs nothing with a token in it", async () => {
    const runtime_token = await kiket.key.sign({ ...testClaims, jti: "unnamed" });
    const signed = JSON.stringify({ authentication: { runtime_token } });
    expect(await answerTo(hmacExtension({ auth: "both" }), hmacRequest({ body: signed }))).toEqual(unnamed);
  });

  test("runs the event for which its path is configured, in the only version", async () => {
    const eventPaths = { "/kiket/created": "issue.created", "/webhooks/github": "issue.created" };
    for (const path of Object.keys(eventPaths)) {
      const timestamp = String(testSeconds + path.length);
      expect(await answerTo(hmacExtension({ eventPaths }), hmacRequest({ body, path, timestamp }))).toEqual(ran);
      expect(
        await answerTo(hmacExtension({ eventPaths }), hmacRequest({ body: '{"event":"issue.closed"}', path })),
      ).toEqual({ status: 400, body: { error: "The event in the path differs from the event in the signed body" } });
    }
  });

  test("runs nothing on a path of several events, and a signed body runs only the one that it names", async () => {
    const closed = defineHandler({ event: "issue.closed", version: "v1" }, () => "closed");
    const moved = defineHandler({ event: "issue.moved", version: "v1" }, () => "moved");
    const eventPaths = { "/kiket": ["issue.created", "issue.closed"] };
    const extension = hmacExtension({ handlers: [handler, closed, moved], eventPaths });
    const answer = (text: string) => answerTo(extension, hmacRequest({ body: text, path: "/kiket" }));
    expect(await answer(body)).toEqual({
      status: 400,
      body: { error: "Event name required: several events arrive at this path. Send it as event or type in the body." },
    });
    expect(await answer('{"event":"issue.created"}')).toEqual(ran);
    expect(await answer('{"event":"issue.closed"}')).toEqual({ status: 200, body: "closed" });
    expect(await answer('{"event":"issue.moved"}')).toEqual({
      status: 400,
      body: { error: "The event in the body is none of the events of this path" },
    });
  });

  test.each([["/health"], ["/ready/"], ["/kiket/:id"], ["kiket"], ["/kiket"]])(
    "%s cannot be the path of an event",
    (path) => {
      const make = () => hmacExtension({ webhookPath: "/kiket", eventPaths: { [path]: "issue.created" } });
      expect(make).toThrow(ConfigError);
      expect(make).toThrow(`eventPaths: "${path}" must be a plain path such as "/kiket/created"`);
    },
  );

  test("a path needs an event", () => {
    expect(() => hmacExtension({ eventPaths: { "/kiket": " " } })).toThrow('eventPaths: "/kiket" has no event.');
  });
});

describe.each(targets)("over the raw bytes, through %s", (_name, open) => {
  let target: Target;
  beforeAll(async () => {
    const echo = defineHandler({ event: "issue.created", version: "v1" }, (payload) => payload);
    target = await open(hmacExtension({ handlers: [echo], now: () => testTime }));
  });
  afterAll(() => target.close());

  test.each([
    ['{ "event" : "issue.created" , "title":"Prüfung \\u00fc\\n" }'],
    ['{"event":"issue.created","n":1.0,"big":12345678901234567890}'],
    ['\ufeff{"event":"issue.created"}'],
  ])("%s", async (body) => {
    const response = await target.send(hmacRequest({ body }));
    expect({ status: response.status, body: await response.json() }).toEqual({
      status: 200,
      body: JSON.parse(body.replace("\ufeff", "")),
    });
  });
});
