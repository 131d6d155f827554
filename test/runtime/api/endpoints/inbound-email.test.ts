import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ConfigError, type HandlerContext, KiketError } from "../../../../runtime/index.js";
import { type ContextCalls, createContextCalls } from "../../../support/context-calls.js";

let calls: ContextCalls;

beforeAll(async () => {
  calls = await createContextCalls();
});
afterAll(() => calls.close());
beforeEach(() => void calls.sent());

test("webhookUrl", async () => {
  const use = ({ endpoints }: HandlerContext) => endpoints.webhookUrl("inbound email&x");
  const body = { webhook_url: "https://kiket.dev/webhooks/ext/whk_1/inbound_email", webhook_token: "whk_1" };
  expect(await calls.run(use, [{ status: 200, body }])).toEqual({
    webhookUrl: "https://kiket.dev/webhooks/ext/whk_1/inbound_email",
    webhookToken: "whk_1",
  });
  expect(calls.sent()).toEqual([["GET", "/api/v1/ext/webhook_url?action_name=inbound%20email%26x", null]]);
  await expect(calls.run(use, [{ status: 200, body: {} }])).rejects.toThrow("Kiket's answer holds no webhook URL.");
});

test("createInboundEmail: names are converted, the e-mail's own data is not", async () => {
  const receipt = await calls.run(
    ({ endpoints }) =>
      endpoints.createInboundEmail({
        messageId: "<1@example.com>",
        inReplyTo: null,
        references: ["<0@example.com>"],
        fromEmail: "lead@example.com",
        fromName: "Lead",
        toEmail: "sales@example.com",
        ccEmails: ["a@example.com"],
        subject: "Hello",
        textBody: "A question",
        htmlBody: "<p>A question</p>",
        headers: { "X-Mailer": "m", messageId: "kept", some_key: "kept" },
        attachments: [{ fileName: "a.pdf", content_type: "application/pdf" }],
        rawPayload: { MessageID: 1, some_key: { innerKey: 2 } },
      }),
    [{ status: 201, body: { id: 11, status: "accepted" } }],
  );
  expect(receipt).toEqual({ id: 11, status: "accepted" });
  expect(calls.sent()).toEqual([
    [
      "POST",
      "/api/v1/ext/inbound_emails",
      {
        inbound_email: {
          message_id: "<1@example.com>",
          in_reply_to: null,
          references: ["<0@example.com>"],
          from_email: "lead@example.com",
          from_name: "Lead",
          to_email: "sales@example.com",
          cc_emails: ["a@example.com"],
          subject: "Hello",
          text_body: "A question",
          html_body: "<p>A question</p>",
          headers: { "X-Mailer": "m", messageId: "kept", some_key: "kept" },
          attachments: [{ fileName: "a.pdf", content_type: "application/pdf" }],
          raw_payload: { MessageID: 1, some_key: { innerKey: 2 } },
        },
      },
    ],
  ]);
  expect(await calls.run(({ endpoints }) => endpoints.createInboundEmail({}))).toEqual({});
});

describe("extensionMetadata", () => {
  const use = ({ endpoints }: HandlerContext) => endpoints.extensionMetadata();

  test("is passed on as it is", async () => {
    const body = { id: "com.example/greeter", created_at: "2026-03-02T08:25:04Z" };
    expect(await calls.run(use, [{ status: 200, body }])).toEqual(body);
    expect(calls.sent()).toEqual([["GET", "/api/v1/extensions/com.example%2Fgreeter", null]]);
    await expect(calls.run(use, [{ status: 200, body: [] }])).rejects.toThrow(KiketError);
  });

  test("needs the extension's id", async () => {
    const call = calls.run(use, [], {});
    await expect(call).rejects.toThrow(ConfigError);
    await expect(call).rejects.toThrow("The extension's metadata needs the extension's id");
  });
});

describe("logEvent to the extension's events", () => {
  const use = ({ endpoints }: HandlerContext) => endpoints.logEvent("issue.greeted", { issue_title: "Broken link" });

  test("names event, version, data and time", async () => {
    await calls.run(use, [], { extensionId: "com.example/greeter", outbound: { logEventTo: "events" } });
    expect(calls.sent()).toEqual([
      [
        "POST",
        "/api/v1/extensions/com.example%2Fgreeter/events",
        {
          event: "issue.greeted",
          version: "v1",
          data: { issue_title: "Broken link" },
          timestamp: "2026-03-02T08:25:04.000Z",
        },
      ],
    ]);
  });

  test("needs the extension's id", async () => {
    const call = calls.run(use, [], { outbound: { logEventTo: "events" } });
    await expect(call).rejects.toThrow('logEventTo: "events" needs the extension\'s id');
    expect(calls.sent()).toEqual([]);
  });
});

describe("an id that would climb the path", () => {
  const uses: readonly (readonly [string, (context: HandlerContext, id: string) => Promise<unknown>])[] = [
    ["customData.list, module", ({ endpoints }, id) => endpoints.customData(1).list(id, "t")],
    ["customData.list, table", ({ endpoints }, id) => endpoints.customData(1).list("m", id)],
    ["customData.get", ({ endpoints }, id) => endpoints.customData(1).get("m", "t", id)],
    ["customData.create", ({ endpoints }, id) => endpoints.customData(1).create("m", id, {})],
    ["customData.update", ({ endpoints }, id) => endpoints.customData(1).update("m", "t", id, {})],
    ["customData.delete", ({ endpoints }, id) => endpoints.customData(1).delete("m", "t", id)],
    ["intakeForms.get", ({ endpoints }, id) => endpoints.intakeForms(1).get(id)],
    ["intakeForms.getStats", ({ endpoints }, id) => endpoints.intakeForms(1).getStats(id)],
    ["intakeForms.listSubmissions", ({ endpoints }, id) => endpoints.intakeForms(1).listSubmissions(id)],
    ["intakeForms.createSubmission", ({ endpoints }, id) => endpoints.intakeForms(1).createSubmission(id, {})],
    ["intakeForms.getSubmission, form", ({ endpoints }, id) => endpoints.intakeForms(1).getSubmission(id, 1)],
    ["intakeForms.getSubmission", ({ endpoints }, id) => endpoints.intakeForms(1).getSubmission(1, id)],
    ["intakeForms.approveSubmission", ({ endpoints }, id) => endpoints.intakeForms(1).approveSubmission(1, id)],
    ["intakeForms.rejectSubmission", ({ endpoints }, id) => endpoints.intakeForms(1).rejectSubmission(1, id)],
    ["secrets.get", ({ secrets }, id) => secrets.get(id)],
    ["secrets.rotate", ({ secrets }, id) => secrets.rotate(id, "value")],
    ["secrets.delete", ({ secrets }, id) => secrets.delete(id)],
    ["audit.getAnchor", ({ endpoints }, id) => endpoints.audit.getAnchor(id)],
    ["audit.getProof", ({ endpoints }, id) => endpoints.audit.getProof(id)],
    ["api", ({ api }, id) => api.GET("/api/v1/ext/issues/{key}", { params: { path: { key: id } } })],
  ];

  test.each(uses)("%s", async (_name, use) => {
    for (const id of ["..", ".", "", "\ud800"]) {
      await expect(calls.run((context) => use(context, id))).rejects.toThrow(KiketError);
    }
    expect(calls.sent()).toEqual([]);
  });

  test.each(uses.filter(([name]) => name !== "audit.getAnchor"))(
    "%s: encoded, it stays one segment",
    async (_n, use) => {
      for (const id of ["../../admin", "a/b?c#d", "%2e%2e", "\\..\\", "ü\r\nX-Evil: 1"]) {
        await calls.run((context) => use(context, id), [{ status: 404, body: {} }]).catch(() => undefined);
        const paths = calls.sent().map(([, path]) => path);
        expect(paths.length).toBeGreaterThan(0);
        for (const path of paths.filter((sent) => !sent.endsWith("/secrets"))) {
          expect(path).toContain(`/${encodeURIComponent(id)}`);
          expect(path).not.toMatch(/\/\.\.?(\/|$)/);
        }
      }
    },
  );

  test("the extension's own id among them", async () => {
    const call = calls.run(({ secrets }) => secrets.list(), [], { extensionId: ".." });
    await expect(call).rejects.toThrow("extension_id must be an id that can stand in a path.");
  });
});
