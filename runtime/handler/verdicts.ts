import { KiketError, NotImplementedError } from "../base/errors.js";
import { isJsonObject, member, parseJsonObject } from "../base/json.js";
import type { HandlerContext } from "./context.js";

/** The decision of a handler. */
export type VerdictStatus = "allow" | "deny" | "pending";

// See facts 175 and 176.
/** A handler's decision on an action. */
export interface Verdict {
  readonly status: VerdictStatus;
  /** The text for the user. */
  readonly message?: string;
  /** Free data. The settings page of the extension shows `output_fields`. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** The verdict in what a handler has returned, if it is one. */
export function verdictOf(result: unknown): VerdictStatus | undefined {
  const status = isJsonObject(result) ? member(result, "status") : undefined;
  return status === "allow" || status === "deny" || status === "pending" ? status : undefined;
}

/** The same in the text of a response. */
export function verdictIn(body: string | Uint8Array): VerdictStatus | undefined {
  // Most responses without a verdict are not parsed.
  return typeof body === "string" && body.includes('"status":"') ? verdictOf(parseJsonObject(body)) : undefined;
}

/** Options of `allow`. Every member is optional. */
export interface AllowOptions {
  /** The text for the user. */
  readonly message?: string | undefined;
  /** Free data, as JSON. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  /** Output fields that the manifest declares, by key. */
  readonly outputFields?: Readonly<Record<string, string>> | undefined;
}

/** Options of `deny` and `pending`. */
export interface RefusalOptions {
  /** The text for the user. Must not be blank. */
  readonly message: string;
  /** Free data, as JSON. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

/** Allows the action. */
export function allow({ message, metadata, outputFields }: AllowOptions = {}): Verdict {
  return {
    status: "allow",
    ...(message === undefined ? {} : { message }),
    metadata: outputFields === undefined ? { ...metadata } : { ...metadata, output_fields: { ...outputFields } },
  };
}

/**
 * Denies the action.
 * @throws {KiketError} if the message is blank.
 */
export function deny(options: RefusalOptions): Verdict {
  return withMessage("deny", options);
}

/**
 * Postpones the decision.
 * @throws {KiketError} if the message is blank.
 */
export function pending(options: RefusalOptions): Verdict {
  return withMessage("pending", options);
}

function withMessage(status: "deny" | "pending", { message, metadata }: RefusalOptions): Verdict {
  if (message.trim() === "") throw new KiketError(`${status}() needs a message that is not blank.`);
  return { status, message, metadata: { ...metadata } };
}

/**
 * What a generated stub calls until you replace it. The response is 501 and contains the event.
 * @throws {NotImplementedError} Always.
 */
export function notImplemented(_payload: unknown, context: Pick<HandlerContext, "event" | "eventVersion">): never {
  throw new NotImplementedError(`Handler not implemented: ${context.event}.${context.eventVersion}`);
}
