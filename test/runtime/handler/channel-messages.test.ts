import { describe, expect, test } from "vitest";
import {
  channelValidationResponse,
  KiketError,
  notificationRequest,
  notificationResponse,
  parseChannelValidationRequest,
  parseNotificationRequest,
} from "../../../runtime/index.js";

describe("a notification request", () => {
  const wire = {
    message: "Import done",
    channel_type: "channel",
    channel_id: "C1",
    format: "plain",
    priority: "high",
    metadata: { issue_id: 7 },
    thread_id: "T1",
    attachments: [{ file_name: "report.pdf" }],
  };
  const request = {
    message: "Import done",
    channelType: "channel",
    channelId: "C1",
    format: "plain",
    priority: "high",
    metadata: { issue_id: 7 },
    threadId: "T1",
    attachments: [{ file_name: "report.pdf" }],
  } as const;

  test("is read and written with names as in the API and free data unchanged", () => {
    expect(parseNotificationRequest(wire)).toEqual(request);
    expect(notificationRequest(request)).toEqual(wire);
  });

  test("has defaults, and null counts as missing", () => {
    expect(parseNotificationRequest({ message: "Hi", channel_type: "group", channel_id: null, format: null })).toEqual({
      message: "Hi",
      channelType: "group",
      format: "markdown",
      priority: "normal",
    });
    expect(notificationRequest({ message: "Hi", channelType: "dm", recipientId: "U1" })).toEqual({
      message: "Hi",
      channel_type: "dm",
      recipient_id: "U1",
      format: "markdown",
      priority: "normal",
    });
  });

  test.each([
    [{ message: " " }, "message must be text that is not blank"],
    [{ message: undefined }, "message is missing"],
    [{ channel_type: "email" }, "channel_type must be one of channel, dm, group"],
    [{ channel_type: undefined }, "channel_type is missing"],
    [{ channel_id: undefined }, "to a channel needs channel_id"],
    [{ channel_type: "dm" }, "to a person (dm) needs recipient_id"],
    [{ channel_id: 7 }, "channel_id must be text that is not blank"],
    [{ format: "rtf" }, "format must be one of plain, markdown, html"],
    [{ priority: "asap" }, "priority must be one of low, normal, high, urgent"],
    [{ metadata: [] }, "metadata must be an object"],
    [{ attachments: ["x"] }, "attachments must be a list of objects"],
  ])("with %j is refused", (changed, message) => {
    expect(() => parseNotificationRequest({ ...wire, ...changed })).toThrow(message);
    expect(() => parseNotificationRequest({ ...wire, ...changed })).toThrow(KiketError);
  });

  test("is checked when it is written too", () => {
    expect(() => notificationRequest({ message: "Hi", channelType: "channel" })).toThrow("needs channel_id");
    expect(() => parseNotificationRequest(null)).toThrow("A notification must be an object.");
  });
});

test("a notification response is in snake_case, without missing members", () => {
  const deliveredAt = new Date(Date.UTC(2026, 2, 2, 8, 25, 4));
  expect(notificationResponse({ success: true, messageId: "m-1", deliveredAt })).toEqual({
    success: true,
    message_id: "m-1",
    delivered_at: "2026-03-02T08:25:04.000Z",
  });
  expect(notificationResponse({ success: false, error: "Slow down", retryAfter: 30 })).toEqual({
    success: false,
    error: "Slow down",
    retry_after: 30,
  });
  expect(() => notificationResponse({ success: false, retryAfter: -1 })).toThrow(
    "a whole number of seconds, at least 0",
  );
});

test("channel validation", () => {
  expect(parseChannelValidationRequest({ channel_id: "C1" })).toEqual({ channelId: "C1", channelType: "channel" });
  expect(parseChannelValidationRequest({ channel_id: "C1", channel_type: "dm" }).channelType).toBe("dm");
  expect(() => parseChannelValidationRequest({ channel_id: "" })).toThrow("channel_id must be text that is not blank");
  expect(channelValidationResponse({ valid: true, metadata: { name: "general" } })).toEqual({
    valid: true,
    metadata: { name: "general" },
  });
  expect(channelValidationResponse({ valid: false, error: "No such channel" })).toEqual({
    valid: false,
    error: "No such channel",
  });
});
