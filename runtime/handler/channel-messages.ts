import { KiketError } from "../base/errors.js";
import { isJsonObject, type JsonObject, member } from "../base/json.js";

// Requests to, and answers of, extensions that deliver messages (facts 181, 182).

const channelTypes = ["channel", "dm", "group"] as const;
const formats = ["plain", "markdown", "html"] as const;
const priorities = ["low", "normal", "high", "urgent"] as const;

/** Where a message goes: to a channel, one person (`dm`) or a group. */
export type ChannelType = (typeof channelTypes)[number];

/** A message to deliver. */
export interface NotificationRequest {
  /** Not blank. */
  readonly message: string;
  readonly channelType: ChannelType;
  /** Required for `channel`. */
  readonly channelId?: string | undefined;
  /** Required for `dm`. */
  readonly recipientId?: string | undefined;
  /** `plain`, `markdown` or `html`. Default `markdown`. */
  readonly format: (typeof formats)[number];
  /** `low`, `normal`, `high` or `urgent`. Default `normal`. */
  readonly priority: (typeof priorities)[number];
  readonly metadata?: JsonObject | undefined;
  readonly threadId?: string | undefined;
  readonly attachments?: readonly JsonObject[] | undefined;
}

/** The result of delivering a message. */
export interface NotificationResponse {
  readonly success: boolean;
  readonly messageId?: string | undefined;
  /** A string is ISO 8601. */
  readonly deliveredAt?: Date | string | undefined;
  /** Why it was not delivered. */
  readonly error?: string | undefined;
  /** Seconds to wait before the next attempt. */
  readonly retryAfter?: number | undefined;
}

/** A channel to be checked. */
export interface ChannelValidationRequest {
  readonly channelId: string;
  readonly channelType: string;
}

/** Whether the channel exists and can be used. */
export interface ChannelValidationResponse {
  readonly valid: boolean;
  /** Why it cannot. */
  readonly error?: string | undefined;
  readonly metadata?: JsonObject | undefined;
}

/** A request in which members with a default may be left out. */
export type NotificationInput = Omit<NotificationRequest, "format" | "priority"> &
  Partial<Pick<NotificationRequest, "format" | "priority">>;

type Check<T> = (value: unknown) => value is T;

const isText: Check<string> = (value): value is string => typeof value === "string" && value.trim() !== "";
const isObjects: Check<readonly JsonObject[]> = (value): value is readonly JsonObject[] =>
  Array.isArray(value) && value.every(isJsonObject);

function oneOf<T extends string>(known: readonly T[]): Check<T> {
  return (value): value is T => known.some((one) => one === value);
}

/** An optional member. Null counts as missing. */
function optional<T>(source: JsonObject, name: string, check: Check<T>, wanted: string): T | undefined {
  const value = member(source, name) ?? undefined;
  if (value === undefined || check(value)) return value;
  throw new KiketError(`A notification's ${name} must be ${wanted}.`);
}

function required<T>(source: JsonObject, name: string, check: Check<T>, wanted: string): T {
  const value = optional(source, name, check, wanted);
  if (value === undefined) throw new KiketError(`A notification's ${name} is missing: it must be ${wanted}.`);
  return value;
}

function withoutAbsent(members: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null));
}

/**
 * Reads a request to deliver a message from a payload.
 * @throws {KiketError} if a member is missing or has a wrong type, or `channel` has no `channel_id`, or `dm` has no
 *   `recipient_id`.
 */
export function parseNotificationRequest(wire: unknown): NotificationRequest {
  if (!isJsonObject(wire)) throw new KiketError("A notification must be an object.");
  const text = "text that is not blank";
  const request: NotificationRequest = {
    message: required(wire, "message", isText, text),
    channelType: required(wire, "channel_type", oneOf(channelTypes), `one of ${channelTypes.join(", ")}`),
    channelId: optional(wire, "channel_id", isText, text),
    recipientId: optional(wire, "recipient_id", isText, text),
    format: optional(wire, "format", oneOf(formats), `one of ${formats.join(", ")}`) ?? "markdown",
    priority: optional(wire, "priority", oneOf(priorities), `one of ${priorities.join(", ")}`) ?? "normal",
    metadata: optional(wire, "metadata", isJsonObject, "an object"),
    threadId: optional(wire, "thread_id", isText, text),
    attachments: optional(wire, "attachments", isObjects, "a list of objects"),
  };
  if (request.channelType === "channel" && request.channelId === undefined) {
    throw new KiketError("A notification to a channel needs channel_id.");
  }
  if (request.channelType === "dm" && request.recipientId === undefined) {
    throw new KiketError("A notification to a person (dm) needs recipient_id.");
  }
  return request;
}

/**
 * A request to deliver a message, with names as in the API and with defaults.
 * @throws {KiketError} for the same reasons as `parseNotificationRequest`.
 */
export function notificationRequest(request: NotificationInput): JsonObject {
  const { message, channelType, channelId, recipientId, metadata, threadId, attachments } = request;
  const wire = withoutAbsent({
    message,
    channel_type: channelType,
    channel_id: channelId,
    recipient_id: recipientId,
    format: request.format ?? "markdown",
    priority: request.priority ?? "normal",
    metadata,
    thread_id: threadId,
    attachments,
  });
  parseNotificationRequest(wire);
  return wire;
}

/**
 * What a handler returns after it has tried to deliver a message.
 * @throws {KiketError} if `retryAfter` is not a whole number of seconds.
 */
export function notificationResponse(response: NotificationResponse): JsonObject {
  const { success, messageId, deliveredAt, error, retryAfter } = response;
  if (retryAfter !== undefined && !(Number.isSafeInteger(retryAfter) && retryAfter >= 0)) {
    throw new KiketError("A notification's retryAfter must be a whole number of seconds, at least 0.");
  }
  return withoutAbsent({
    success,
    message_id: messageId,
    delivered_at: deliveredAt instanceof Date ? deliveredAt.toISOString() : deliveredAt,
    error,
    retry_after: retryAfter,
  });
}

/**
 * Reads a request to check a channel from a payload.
 * @throws {KiketError} if `channel_id` is missing or blank.
 */
export function parseChannelValidationRequest(wire: unknown): ChannelValidationRequest {
  if (!isJsonObject(wire)) throw new KiketError("A notification must be an object.");
  const text = "text that is not blank";
  return {
    channelId: required(wire, "channel_id", isText, text),
    channelType: optional(wire, "channel_type", isText, text) ?? "channel",
  };
}

/** What a handler returns after it has checked a channel. */
export function channelValidationResponse({ valid, error, metadata }: ChannelValidationResponse): JsonObject {
  return withoutAbsent({ valid, error, metadata });
}
