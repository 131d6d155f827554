import { describe, expect, it } from "vitest";
import { deliveryOf } from "../../../runtime/testing/replay.js";
import { type DeliveryOutcome, parseRecording, recordingOf } from "../../../runtime/testing.js";
import { openPlatform } from "../../support/open-kiket.js";

const platform = await openPlatform({ webhookSecret: "whsec_of_the_platform" });

const extension = { fetch: () => Response.json({ ok: true }) };

function deliver(over: object = {}): Promise<DeliveryOutcome> {
  return platform.deliver(extension, {
    event: "issue.created",
    payload: { issue: { id: 1, title: "The key is provider-key-1" }, list: ["provider-key-1", 2, null] },
    scopes: ["issues:read"],
    secrets: { API_KEY: "provider-key-1", GREETING: "Good morning", PIN: "123" },
    orgId: 4,
    projId: "p-9",
    deliveryId: "dlv_1",
    ...over,
  });
}

describe("recordingOf", () => {
  it("keeps the delivery, without token and secrets", async () => {
    expect(recordingOf(await deliver())).toEqual({
      event: "issue.created",
      version: "v1",
      headers: {
        "content-type": "application/json",
        "x-kiket-delivery": "dlv_1",
        "x-kiket-event": "issue.created",
        "x-kiket-event-version": "v1",
        "x-kiket-organization": "4",
        "x-kiket-project": "p-9",
      },
      body: {
        issue: { id: 1, title: "The key is [redacted]" },
        list: ["[redacted]", 2, null],
        event: "issue.created",
        event_version: "v1",
        authentication: {
          runtime_token: "[redacted]",
          token_type: "runtime",
          expires_at: expect.stringMatching(/^\d{4}-/),
          scopes: ["issues:read"],
        },
        api: { base_url: platform.baseUrl },
        secrets: { API_KEY: "[redacted]", GREETING: "[redacted]", PIN: "[redacted]" },
      },
    });
  });

  it("keeps the settings in `keep`", async () => {
    const { body } = recordingOf(await deliver(), { keep: ["GREETING"] });
    expect(body.secrets).toEqual({ API_KEY: "[redacted]", GREETING: "Good morning", PIN: "[redacted]" });
  });

  it("hides a secret inside a kept setting", async () => {
    const secrets = { KEY: "provider-key-1", URL: "https://vendor.test/?k=provider-key-1" };
    expect(recordingOf(await deliver({ secrets }), { keep: ["URL"] }).body.secrets).toEqual({
      KEY: "[redacted]",
      URL: "https://vendor.test/?k=[redacted]",
    });
  });

  it("hides secrets that are numbers or are nested", async () => {
    const secrets = { PIN: 987654, PAIR: { user: "ines", code: 4711 }, ON: true };
    const payload = {
      note: "the PIN is 987654",
      pin: 987654,
      codes: ["4711", 4711],
      user: "ines",
      id: 98765,
      on: true,
    };
    const { body } = recordingOf(await deliver({ secrets, payload }));
    expect(body).toMatchObject({
      note: "the PIN is [redacted]",
      pin: "[redacted]",
      codes: ["[redacted]", "[redacted]"],
      user: "[redacted]",
      id: 98765,
      on: true,
      secrets: { PIN: "[redacted]", PAIR: "[redacted]", ON: "[redacted]" },
    });
  });

  it("hides every token and signature everywhere", async () => {
    const outcome = await deliver({
      auth: "both",
      headers: { Cookie: "a=1", "X-Api-Key": "k", "x-note": `Bearer ${await platform.sign()}` },
      payload: { note: `token ${await platform.sign()} seen`, proof: { nested: [await platform.sign()] } },
    });
    const recording = recordingOf(outcome);
    expect(recording.headers).toMatchObject({
      cookie: "[redacted]",
      "x-api-key": "[redacted]",
      "x-kiket-signature": "[redacted]",
      "x-note": "Bearer [redacted]",
    });
    expect(recording.body).toMatchObject({ note: "token [redacted] seen", proof: { nested: ["[redacted]"] } });
    const text = JSON.stringify(recording);
    expect(text).not.toMatch(/eyJ/);
    expect(text).not.toContain("provider-key-1");
    expect(text).not.toContain(outcome.sent.headers["x-kiket-signature"]);
  });

  it("hides tokens in the payload outside of `secrets`", async () => {
    const outcome = await deliver({
      event: "calendar.sync",
      payload: { user_id: 905, access_token: "ya29.real", refresh_token: 77, note: "with ya29.real" },
    });
    expect(recordingOf(outcome).body).toMatchObject({
      user_id: 905,
      access_token: "[redacted]",
      refresh_token: "[redacted]",
      note: "with [redacted]",
    });
  });

  it("hides the credentials of a third party's request", async () => {
    const outcome = await deliver({
      event: "external.webhook.inbound_email",
      payload: {
        external_webhook: {
          body: '{"From":"ines@client.test","token":"in-the-body"}',
          headers: {
            "Content-Type": "application/json",
            "X-Mailjet-Token": "live-hook-token",
            Authorization: "Bearer live",
            Cookie: "session=1",
            "x-twilio-signature": "ZHVtbXk=",
          },
          content_type: "application/json",
          method: "POST",
          query_params: { token: "live-hook-token", page: "1" },
          original_url: "https://kiket.dev/webhooks/ext/live-wh-token/inbound_email?token=live-hook-token&page=1",
        },
      },
    });
    expect(recordingOf(outcome).body.external_webhook).toEqual({
      body: '{"From":"ines@client.test","token":"[redacted]"}',
      headers: {
        "Content-Type": "application/json",
        "X-Mailjet-Token": "[redacted]",
        Authorization: "[redacted]",
        Cookie: "[redacted]",
        "x-twilio-signature": "[redacted]",
      },
      content_type: "application/json",
      method: "POST",
      query_params: { token: "[redacted]", page: "1" },
      original_url: "https://kiket.dev/webhooks/ext/[redacted]/inbound_email?token=[redacted]&page=1",
    });
  });

  it("refuses a body that is not an object", async () => {
    const outcome = await deliver({ body: "[1]" });
    expect(() => recordingOf(outcome)).toThrow(
      new TypeError("Cannot record the delivery of issue.created v1: its body is not a JSON object."),
    );
  });
});

describe("parseRecording", () => {
  it("reads a recording", async () => {
    const recording = recordingOf(await deliver());
    expect(parseRecording(JSON.stringify(recording))).toEqual(recording);
  });

  it.each([
    ["only a body", { event: "e", a: 1 }, { event: "e", version: "v1", headers: {}, body: { event: "e", a: 1 } }],
    [
      "only a body, with a version and a text member `body`",
      { event: "e", event_version: "v2", body: "a comment" },
      { event: "e", version: "v2", headers: {}, body: { event: "e", event_version: "v2", body: "a comment" } },
    ],
    [
      "a body and headers",
      { headers: { "X-Kiket-Event": "a%20b", "X-Kiket-Event-Version": "v3" }, body: { a: 1 } },
      {
        event: "a b",
        version: "v3",
        headers: { "x-kiket-event": "a%20b", "x-kiket-event-version": "v3" },
        body: { a: 1 },
      },
    ],
    [
      "a webhook with a type",
      { id: "evt_1", type: "issue.created", data: {} },
      { event: "issue.created", version: "v1", headers: {}, body: { id: "evt_1", type: "issue.created", data: {} } },
    ],
  ])("reads %s", (_what, value, expected) => {
    expect(parseRecording(JSON.stringify(value))).toEqual(expected);
  });

  it.each([
    ["{", "a.json must contain one JSON object: { event, version, headers, body }."],
    ["[]", "a.json must contain one JSON object: { event, version, headers, body }."],
    ['{"headers":{},"body":1}', 'a.json: "body" must be a JSON object.'],
    ['{"headers":{"a":1},"body":{}}', 'a.json: "headers" must be an object whose values are strings.'],
    ['{"body":{}}', 'a.json does not name an event: add "event", or a header x-kiket-event.'],
  ])("refuses %s", (text, message) => {
    expect(() => parseRecording(text, "a.json")).toThrow(new TypeError(message));
  });
});

describe("deliveryOf", () => {
  it("keeps everything except token, signature and id", async () => {
    const recording = recordingOf(
      await deliver({ auth: "both", headers: { "x-trace": "t-1", "content-length": "3" } }),
    );
    expect(deliveryOf(recording, { API_KEY: "another" })).toEqual({
      event: "issue.created",
      version: "v1",
      payload: { issue: { id: 1, title: "The key is [redacted]" }, list: ["[redacted]", 2, null] },
      headers: { "x-trace": "t-1" },
      scopes: ["issues:read"],
      secrets: { API_KEY: "another" },
      orgId: 4,
      projId: "p-9",
    });
  });

  it("ignores an empty id", () => {
    const headers = { "x-kiket-organization": "", "x-kiket-project": "" };
    expect(deliveryOf({ event: "e", version: "v1", headers, body: {} })).toEqual({
      event: "e",
      version: "v1",
      payload: {},
      headers: {},
      secrets: {},
    });
  });
});

it("a recording of thousands of credentials does not block the process for minutes", () => {
  const list = Array.from({ length: 4_000 }, (_, id) => ({
    id,
    token: `tok-number-${id}`,
    text: `Use tok-number-${id}`,
  }));
  const headers = { "content-type": "application/json" };
  const sent = { url: "http://localhost", method: "POST", headers, body: JSON.stringify({ list }) } as const;
  const { body } = recordingOf({ event: "e", version: "v1", sent } as unknown as DeliveryOutcome);
  expect(new Set((body.list as typeof list).map(({ token, text }) => `${token} ${text}`))).toEqual(
    new Set(["[redacted] Use [redacted]"]),
  );
});
