import type { JsonObject } from "../../base/json.js";
import type { Flaw } from "./trouble.js";

/** What started a delivery. */
export type DeliveryOrigin = "trigger" | "replay" | "page";

/**
 * Where a delivery is. `waiting`: the extension does not listen yet. `running`: sent, without a reply so far. `retrying`: failed, and
 * the next attempt is due later. `delivered`: answered 2xx. `refused`: answered with a status that Kiket does not retry. `failed`: the last
 * attempt failed too.
 */
export type DeliveryState = "waiting" | "running" | "retrying" | "delivered" | "refused" | "failed";

/** One delivery with all its attempts, as plain JSON. Times are in milliseconds since 1970, in real time if nothing else is said. */
export interface DeliveryRecord {
  /** The delivery's id, the same for every attempt. */
  readonly id: string;
  readonly event: string;
  readonly version: string;
  readonly origin: DeliveryOrigin;
  /** The delivery that this one repeats. */
  readonly replayOf?: string;
  /** What is wrong with it on purpose. */
  readonly flaw?: Flaw;
  /**
   * Whether the extension has treated it as one with its flaw should be: not accepted, or, for a `duplicate`, answered the second time as
   * the first time. Absent while that is not known.
   */
  readonly flawResult?: "right" | "wrong";
  readonly state: DeliveryState;
  readonly createdAt: number;
  /** What was to be sent, without the envelope, the credentials and the secrets that Kiket adds. "Edit and send" starts from it. */
  readonly payload: JsonObject;
  /** In order. The last one may be without a reply so far. */
  readonly attempts: readonly AttemptRecord[];
  /** The next attempt, for `retrying`. */
  readonly next?: {
    /** When it is sent. */
    readonly at: number;
    /** How long Kiket would wait before it, in milliseconds. */
    readonly schedule: number;
  };
}

/** One attempt of a delivery. */
export interface AttemptRecord {
  /** From 1. */
  readonly number: number;
  readonly at: number;
  /** The number of the build that answered it. */
  readonly build?: number;
  readonly request: {
    readonly method: string;
    readonly url: string;
    /** Names in lower case. The values of credentials are replaced by `[redacted]`. */
    readonly headers: Readonly<Record<string, string>>;
    /** The bytes that were signed and sent, as text. */
    readonly body: string;
    /** The claims of the runtime token; absent for a delivery that has none. */
    readonly claims?: JsonObject;
  };
  readonly reply?: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    /** As text; at most 1 MiB of it. */
    readonly body: string;
  };
  /** Why there was no reply. */
  readonly error?: string;
  /** `allow`, `deny`, … if the reply is a verdict. */
  readonly verdict?: string;
  /** Milliseconds from sending to the end of the reply. */
  readonly ms?: number;
  /** Where the extension's time went, by its own log line; by their beginning. Absent before the line is here, and if it says nothing of it. */
  readonly stages?: readonly StageRecord[];
  /** Calls with this attempt's token, in order. */
  readonly calls: readonly CallRecord[];
  /** Lines that the extension logged for this delivery during the attempt, in order. */
  readonly logs: readonly LogLine[];
}

/** A part of the time of an attempt. */
export interface StageRecord {
  /** Such as `verify` or `handler`. */
  readonly name: string;
  readonly at: number;
  readonly ms: number;
}

/** One call of the API. */
export interface CallRecord {
  readonly operationId?: string;
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** 0 if the connection was closed without an answer. */
  readonly status: number;
  /** The kind of the injected fault that made the answer, or delayed it. */
  readonly fault?: string;
  readonly answer?: unknown;
  readonly at: number;
  readonly ms: number;
  /** True: made with another credential than the token of the delivery, at a time when no other delivery was under way. */
  readonly byOtherCredential?: boolean;
}

/** A line of the extension's log: JSON as the runtime writes it, or the text of any other line in `message`. */
export interface LogLine {
  readonly at: number;
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly fields: JsonObject;
}

/** An attempt as a list shows it. */
export interface AttemptSummary extends Pick<AttemptRecord, "number" | "at" | "build" | "verdict" | "ms"> {
  readonly status?: number;
  /** True: it has ended without a reply. */
  readonly noReply?: true;
}

/** A delivery without its payload, headers, calls and lines: what a list shows. */
export interface DeliverySummary extends Omit<DeliveryRecord, "payload" | "attempts"> {
  /** How many there were. */
  readonly attempts: number;
  /** Each of them, in order; absent while there is only one, and it is not repeated. */
  readonly tries?: readonly AttemptSummary[];
  /** Of the last attempt. */
  readonly status?: number;
  readonly verdict?: string;
  readonly ms?: number;
  readonly build?: number;
}
