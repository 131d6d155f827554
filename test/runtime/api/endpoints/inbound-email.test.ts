import { expect, test } from "vitest";
import type { HandlerContext } from "../../../../runtime/index.js";
import { openCalls } from "../../../support/context-calls.js";

const { run, sent } = await openCalls();

test("N3: webhookUrl", async () => {
  const use = ({ endpoints }: HandlerContext) => endpoints.webhookUrl("inbound email&x");
  const body = {
    webhook_url: "https://kiket.dev/webhooks/ext/whk_1/inbound_email",
    webhook_token: "whk_1",
    webhook_base_url: "https://kiket.dev/webhooks/ext/whk_1",
  };
  expect(await run(use, [{ status: 200, body }])).toEqual({
    webhookUrl: "https://kiket.dev/webhooks/ext/whk_1/inbound_email",
    webhookToken: "whk_1",
    webhookBaseUrl: "https://kiket.dev/webhooks/ext/whk_1",
  });
  expect(sent()).toEqual([["GET", "/api/v1/ext/webhook_url?action_name=inbound%20email%26x", null]]);
  expect(await run(use, [{ status: 200, body: { webhook_url: null } }])).toEqual({ webhookUrl: null });
  await expect(run(use, [{ status: 200, body: {} }])).rejects.toThrow(
    "Unexpected response from Kiket: missing webhook URL.",
  );
});

test("createInboundEmail: names are converted, the e-mail's own data is not", async () => {
  const receipt = await run(
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
  expect(sent()).toEqual([
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
  expect(await run(({ endpoints }) => endpoints.createInboundEmail({}))).toEqual({});
});

test.each([[undefined], [null], [[]], ["ok"], [{}]])(
  "an answer of %j to an e-mail that was sent is a receipt",
  async (body) => {
    const send = ({ endpoints }: HandlerContext) => endpoints.createInboundEmail({ subject: "Hello" });
    expect(await run(send, [{ status: 201, body }])).toEqual({});
  },
);
