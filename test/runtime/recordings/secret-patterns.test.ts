import { generateKeyPairSync, randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../runtime/index.js";
import { withoutSecretPatterns } from "../../../runtime/recordings/secret-patterns.js";
import { examples } from "../../../runtime/testing/examples.gen.js";
import { type DeliveryOutcome, payloadOf, recordingOf } from "../../../runtime/testing.js";

/** Secrets are put together here, so that no scanner takes this file for a leak. */
const part = (...parts: readonly string[]): string => parts.join("");
const long = "0a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T";
const pem = (type: string, body = `MIIEvQ${long}${long}${long}`) =>
  part("-----BEGIN ", type, "-----\n", body, "\n-----END ", type, "-----");
const ed25519 = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" }).toString().trim();

const secrets: Readonly<Record<string, string>> = {
  "a private key": pem("PRIVATE KEY"),
  "a short private key": ed25519,
  "an RSA key": pem("RSA PRIVATE KEY"),
  "an encrypted key": pem("ENCRYPTED PRIVATE KEY"),
  "a PGP key": pem("PGP PRIVATE KEY BLOCK"),
  "a key that was cut off": part("-----BEGIN EC PRIVATE KEY-----\n", long),
  "a GitHub token": part("gh", "p_", long.slice(0, 36)),
  "a short GitHub token": part("gh", "p_", long.slice(0, 20)),
  "a fine-grained GitHub token": part("github", "_pat_", long, long, "ab"),
  "a GitLab token": part("gl", "pat-", long.slice(0, 20)),
  "an npm token": part("npm", "_", long.slice(0, 36)),
  "a Slack token": part("xo", "xb-123456789012-", long.slice(0, 24)),
  "a Stripe key": part("sk", "_live_", long.slice(0, 24)),
  "a webhook secret": part("whs", "ec_", long.slice(0, 32)),
  "a Google key": part("AI", "zaSy", long.slice(0, 33)),
  "an OpenAI key": part("sk-", long.slice(0, 20), "T3Blbk", "FJ", long.slice(0, 20)),
  "the id of an AWS key": part("AK", "IA", "Z3MSJWQAP5EXAMPL"),
  "a signed token": part("eyJhbGciOiJFUzI1NiJ9", ".eyJzdWIiOiIxIn0.", long),
  "an encrypted token": part("eyJhbGciOiJkaXIifQ", "..", long, ".", long, ".", long.slice(0, 20)),
  "a Telegram token": part("123456789:", "AA", long.slice(0, 33)),
};

const wrapped: readonly (readonly [string, (secret: string) => unknown])[] = [
  ["alone", (secret) => secret],
  ["in a sentence", (secret) => `Use ${secret} for this`],
  ["in a list", (secret) => [1, [secret]]],
  ["in JSON", (secret) => JSON.stringify({ note: secret, n: 1 })],
  ["in JSON in JSON", (secret) => JSON.stringify({ note: JSON.stringify([secret]) })],
  ["in base64 JSON", (secret) => btoa(JSON.stringify({ note: secret }))],
  ["in a member's name", (secret) => ({ [secret]: 1 })],
];

function record(
  payload: object,
  headers: Readonly<Record<string, string>> = {},
): { headers: object; body: JsonObject } {
  const sent = { url: "", method: "POST", headers, body: JSON.stringify(payload) };
  const outcome = { event: "e", version: "v1", sent } as unknown as DeliveryOutcome;
  return recordingOf(outcome);
}

/** Everything that is in a recording, with what is in JSON and base64. */
function textOf(value: unknown): string {
  const text = JSON.stringify(value);
  const inside = [...text.matchAll(/[\w+/]{16,}={0,2}/g)].map(([found]) => Buffer.from(found, "base64").toString());
  return [text.replaceAll(/\\+n/g, "\n"), ...inside].join("\n").replaceAll(/\\+n/g, "\n");
}

describe.each(wrapped)("a secret %s is replaced", (_where, wrap) => {
  test.each(Object.entries(secrets))("%s", (_what, secret) => {
    const text = textOf(record({ a: wrap(secret), id: 7 }));
    for (const line of secret.split("\n").filter((each) => !each.startsWith("-----"))) expect(text).not.toContain(line);
    expect(text).toContain("[redacted]");
    expect(text).toContain('"id":7');
  });
});

describe("what stays around a secret", () => {
  const hook = part("https://hooks.slack", ".com/services/T024BE7LD/B024BE7LD/", long.slice(0, 24));
  const token = part("gh", "p_", long.slice(0, 36));
  test.each([
    ["a Slack hook", `see ${hook}!`, "see https://hooks.slack.com/[redacted]!"],
    [
      "a Slack workflow",
      part("https://hooks.slack", ".com/workflows/T1/A1/12/", long),
      "https://hooks.slack.com/[redacted]",
    ],
    [
      "a Discord hook",
      part("https://discord", ".com/api/webhooks/1/", long),
      "https://discord.com/api/webhooks/[redacted]",
    ],
    [
      "a Teams hook",
      part("https://x.webhook", ".office.com/webhookb2/a@b/c"),
      "https://x.webhook.office.com/[redacted]",
    ],
    ["Basic auth", `curl -H "X: Basic ${btoa("ines:hunter2")}"`, 'curl -H "X: Basic [redacted]"'],
    ["Basic auth in small letters", `basic ${btoa("ines:hunter2")}`, "basic [redacted]"],
    ["a bearer token", `Bearer ${long}`, "Bearer [redacted]"],
    [
      "lines of headers",
      "POST /\r\nAuthorization: Basic x\r\nX-Auth: y\r\nX-Request-Id: z",
      "POST /\r\nAuthorization: [redacted]\r\nX-Auth: [redacted]\r\nX-Request-Id: z",
    ],
    ["a user in a URL", `https://${token}@github.com/a`, "https://[redacted]@github.com/a"],
    [
      "a long user and a password",
      part("https://", long, ":x-oauth-basic@github.com/a"),
      "https://[redacted]:x-oauth-basic@github.com/a",
    ],
    ["two secrets", `${token} and ${hook}`, "[redacted] and https://hooks.slack.com/[redacted]"],
    ["a database", part("postgres://kiket:", "s3cr3tpw", "@db.internal:5432/app"), "[redacted]"],
  ])("%s", (_what, text, safe) => {
    expect(withoutSecretPatterns(text)).toBe(safe);
  });

  test("a password in a URL is replaced alone, and lines of an environment too", () => {
    const { body } = record({
      database: "postgres://kiket:s3cr3tpw@db.internal:5432/app",
      env: "PORT=80\nSMTP_PASSWORD=hunter2\nexport OTP='123456'\nMODE=a\nkey=ORC-1 code=7",
      url: "https://a.test/x?page=2&bearer=abc&otp=1234",
    });
    expect(body).toEqual({
      database: "postgres://kiket:[redacted]@db.internal:5432/app",
      env: "PORT=80\nSMTP_PASSWORD=[redacted]\nexport OTP='[redacted]'\nMODE=a\nkey=ORC-1 code=7",
      url: "https://a.test/x?page=2&bearer=[redacted]&otp=[redacted]",
    });
  });

  test("headers keep their form", () => {
    const { headers } = record(
      { a: 1 },
      {
        authorization: `Basic ${btoa("ines:hunter2")}`,
        "x-auth": "abc",
        "x-note": `Basic ${btoa("ines:hunter2")}`,
        "x-forwarded-uri": "/a?token=abc&page=1",
        "x-github": `token ${token}`,
        "x-json": '{"otp":123456,"a":1}',
        "x-request-id": "8c6f2a52-7d0b-4f3e-9d5c-0a1b2c3d4e5f",
        "user-agent": "Kiket/1.0 (+https://kiket.dev)",
      },
    );
    expect(headers).toEqual({
      authorization: "[redacted]",
      "x-auth": "[redacted]",
      "x-note": "Basic [redacted]",
      "x-forwarded-uri": "/a?token=[redacted]&page=1",
      "x-github": "token [redacted]",
      "x-json": '{"otp":"[redacted]","a":1}',
      "x-request-id": "8c6f2a52-7d0b-4f3e-9d5c-0a1b2c3d4e5f",
      "user-agent": "Kiket/1.0 (+https://kiket.dev)",
    });
  });
});

describe("what is no secret stays as it is", () => {
  test.each([
    "The shipping pins are in the opinion of Bearer Street; the basic information is basic knowledge",
    "Basic authentication and Bearer tokens are explained in RFC 7617",
    "Forgot your password: please reset it. Note: X-Auth is a header",
    randomUUID(),
    `dlv_${randomUUID()}`,
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "4111-2222-3333",
    "2026-03-02T08:25:04.000Z",
    "ORC-1234, issue #77, v1.2.3-rc.4",
    "https://kiket.dev/projects/7/issues/12?tab=comments#c-9",
    "https://hooks.slack.com/",
    "ssh://git@github.com/kiket/app.git",
    "ines@client.test",
    "mailto:ines.of.the.long.name@client.test",
    "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
    "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
    "gh_pages, ghp_ and github_patches",
    "eyelashes.and.more",
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
    btoa(JSON.stringify({ page: 2, after: "2026-03-02" })),
    '{ "a":  "b" }',
    "Ünïcödé – ok",
  ])("%s", (text) => {
    expect(record({ text, list: [text], [text]: 1 }).body).toEqual({ text, list: [text], [text]: 1 });
  });

  test("numbers near a short pin", () => {
    expect(record({ pin: 1, project_id: 1, position: 1, note: "1" }).body).toEqual({
      pin: "[redacted]",
      project_id: 1,
      position: 1,
      note: "1",
    });
  });

  test("in the examples of all events, only what grants access is replaced", () => {
    const replaced = new Set<string>();
    const compare = (before: unknown, after: unknown, path: string): void => {
      if (typeof before === "object" && before !== null) {
        expect(Object.keys(after as object)).toEqual(Object.keys(before));
        for (const [key, item] of Object.entries(before)) compare(item, (after as JsonObject)[key], `${path}.${key}`);
      } else if (before !== after) replaced.add(path.slice(1));
    };
    for (const event of Object.keys(examples)) {
      const payload = payloadOf<string>(event);
      compare(payload, record(payload).body, "");
    }
    expect([...replaced].sort()).toEqual([
      "access_token",
      "external_webhook.headers.X-Mailjet-Token",
      "external_webhook.headers.x-twilio-signature",
      "external_webhook.original_url",
      "external_webhook.query_params.token",
      "refresh_token",
      "signature",
    ]);
  });
});

test.each([
  "// secretlint-disable",
  "/* secretlint-disable-line */",
  "# secretlint-disable-next-line",
  "<!-- secretlint-disable -->",
])("a comment that switches secretlint off is a text like any other: %s", (comment) => {
  const key = `AKIA${"Q3E7".repeat(4)}`;
  expect(withoutSecretPatterns(`${comment}\nid: ${key}\n`)).toBe(`${comment}\nid: [redacted]\n`);
});
