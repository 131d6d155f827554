import type { OperationId } from "./http/operation.js";

/** Which requests a fault affects, and how many. */
export interface FaultTarget {
  /** Default: every request, also to unknown paths. */
  readonly operations?: OperationId | readonly OperationId[];
  /** Only requests to this path, as it is sent: percent-encoded, without the query. Default: every path. */
  readonly path?: string;
  /** How many requests are affected. Default: all until the fault is cleared. */
  readonly times?: number;
}

/** Text and a `Uint8Array` are sent unchanged, anything else as JSON. */
export type FaultBody = string | number | boolean | null | object;

/** The response is an error. */
export interface ErrorFault extends FaultTarget {
  readonly fault: "error";
  /** From 400 to 599. Default 500. */
  readonly status?: number;
  /** Seconds, sent as `Retry-After`. Default: not sent. */
  readonly retryAfter?: number;
  /** Default: `{ error }` with a short text. */
  readonly body?: FaultBody;
  /** Added to the headers of the response, or replace them. `content-type` is that of JSON, text or bytes by default. */
  readonly headers?: Readonly<Record<string, string>>;
  /** True: the operation is performed, and only its response is lost. Default false. */
  readonly performed?: boolean;
}

/** The response is this one, also a success, a redirect, or something that Kiket never answers. */
export interface ResponseFault extends FaultTarget {
  readonly fault: "response";
  /** From 200 to 599. */
  readonly status: number;
  /** Default: no body. */
  readonly body?: FaultBody;
  /** Added to the headers of the response, or replace them. `content-type` is that of JSON, text or bytes by default. */
  readonly headers?: Readonly<Record<string, string>>;
  /** True: the operation is performed, and only its response is replaced. Default false. */
  readonly performed?: boolean;
}

/** The response is 429. */
export interface RateLimitFault extends FaultTarget {
  readonly fault: "rate-limit";
  /** Seconds, sent as `Retry-After`. Default 1. */
  readonly retryAfter?: number;
}

/** The response is delayed. */
export interface SlowFault extends FaultTarget {
  readonly fault: "slow";
  /** The delay, in real time. Default: until the fault is cleared. */
  readonly milliseconds?: number;
}

/** The connection is closed without a response. */
export interface DropFault extends FaultTarget {
  readonly fault: "drop";
  /** True: the operation is performed, and only its response is lost. Default false. */
  readonly performed?: boolean;
}

/** What goes wrong between the extension and Kiket. */
export type Fault = ErrorFault | ResponseFault | RateLimitFault | SlowFault | DropFault;
