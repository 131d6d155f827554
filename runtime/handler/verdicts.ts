import { KiketError, NotImplementedError } from "../base/errors.js";
import type { HandlerContext } from "./context.js";

/** A decision on the delivery (wire contract §1.9). */
export interface Verdict {
  readonly status: "allow" | "deny" | "pending";
  readonly message?: string;
  /** Free data; `output_fields` is shown in the configuration pages. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface AllowOptions {
  readonly message?: string | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  /** Output fields that the manifest declares, by key. */
  readonly outputFields?: Readonly<Record<string, string>> | undefined;
}

export interface RefusalOptions {
  /** Shown to the user; must not be blank. */
  readonly message: string;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

/** Lets the action go on. */
export function allow({ message, metadata, outputFields }: AllowOptions = {}): Verdict {
  return {
    status: "allow",
    ...(message === undefined ? {} : { message }),
    metadata: outputFields === undefined ? { ...metadata } : { ...metadata, output_fields: { ...outputFields } },
  };
}

/**
 * Stops the action.
 * @throws {KiketError} where the message is blank.
 */
export function deny(options: RefusalOptions): Verdict {
  return withMessage("deny", options);
}

/**
 * Leaves the decision for later.
 * @throws {KiketError} where the message is blank.
 */
export function pending(options: RefusalOptions): Verdict {
  return withMessage("pending", options);
}

function withMessage(status: "deny" | "pending", { message, metadata }: RefusalOptions): Verdict {
  if (message.trim() === "") throw new KiketError(`${status}() needs a message that is not blank.`);
  return { status, message, metadata: { ...metadata } };
}

/**
 * What a stub returns until it is filled: answered 501, naming the event.
 * @throws {NotImplementedError} always.
 */
export function notImplemented(_payload: unknown, context: Pick<HandlerContext, "event" | "eventVersion">): never {
  throw new NotImplementedError(`Handler not implemented: ${context.event}.${context.eventVersion}`);
}
