import { rateLimitBody } from "../receive/replies.js";
import { operations as platformOperations } from "./http/openapi.gen.js";
import type { Answer, OperationId } from "./http/operation.js";

/** Which requests a fault affects, and how many. */
export interface FaultTarget {
  /** Default: every request, also to unknown paths. */
  readonly operations?: OperationId | readonly OperationId[];
  /** How many requests are affected. Default: all until the fault is cleared. */
  readonly times?: number;
}

/** The response is an error. */
export interface ErrorFault extends FaultTarget {
  readonly fault: "error";
  /** Default 500. */
  readonly status?: number;
  /** Seconds, sent as `Retry-After`. Default: not sent. */
  readonly retryAfter?: number;
  /** Default: `{ error }` with a short text. */
  readonly body?: object;
  /** Added to the headers of the response, or replace them. */
  readonly headers?: Readonly<Record<string, string>>;
  /** True: the operation is performed, and only its response is lost. Default false. */
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

export type Fault = ErrorFault | RateLimitFault | SlowFault | DropFault;

export interface InjectedFault {
  /** Number of requests that were affected so far. */
  readonly hits: number;
  /** Ends the fault. Delayed responses are sent. */
  clear(): void;
}

/** Faults of the platform, for tests. */
export interface Faults {
  /**
   * Makes requests fail. If several faults affect one request, the first one decides; delays of slow faults before it are added.
   * @throws {RangeError} if the fault or an operation is unknown, `times` or `milliseconds` is below 0, or the status is not an
   *   error.
   */
  inject(fault: Fault): InjectedFault;
  /** Makes the signing keys unavailable: the response is 503. The same as an `error` fault for `getJwks`. */
  jwksDown(target?: Pick<FaultTarget, "times">): InjectedFault;
  /** Ends all faults. */
  clear(): void;
}

/** How a fault ends a request: with a response, or with a closed connection. */
interface FaultEffect {
  readonly fault: Fault["fault"];
  readonly answer: Answer | "dropped";
  readonly performed: boolean;
}

interface FaultSet extends Faults {
  /** Counts a request and waits for its delays. Returns how a fault ends the request, or `undefined` if it continues. */
  apply(operation: OperationId | undefined): Promise<FaultEffect | undefined>;
}

interface Active {
  readonly fault: Fault;
  hits: number;
  /** Resolves when the fault is cleared. */
  readonly cleared: Promise<void>;
}

export function createFaults(): FaultSet {
  const clearers = new Map<Active, () => void>();

  function affects(
    { fault: { operations, times = Number.POSITIVE_INFINITY }, hits }: Active,
    id?: OperationId,
  ): boolean {
    if (hits >= times) return false;
    return operations === undefined || (id !== undefined && [operations].flat().includes(id));
  }

  function inject(fault: Fault): InjectedFault {
    check(fault);
    let release = (): void => undefined;
    const cleared = new Promise<void>((resolve) => {
      release = resolve;
    });
    const active: Active = { fault, hits: 0, cleared };
    const clear = (): void => {
      clearers.delete(active);
      release();
    };
    clearers.set(active, clear);
    return {
      get hits() {
        return active.hits;
      },
      clear,
    };
  }

  return {
    inject,
    jwksDown: (target = {}) => inject({ ...target, fault: "error", status: 503, operations: "getJwks" }),
    clear() {
      for (const clear of clearers.values()) clear();
    },
    async apply(operation) {
      const matching = [...clearers.keys()].filter((active) => affects(active, operation));
      const decisive = matching.findIndex(({ fault }) => fault.fault !== "slow");
      const effective = decisive < 0 ? matching : matching.slice(0, decisive + 1);
      for (const active of effective) active.hits += 1;
      for (const { fault, cleared } of effective) {
        if (fault.fault === "slow") await Promise.race([cleared, elapsed(fault.milliseconds)]);
      }
      const last = effective.at(-1)?.fault;
      return last === undefined || last.fault === "slow" ? undefined : effectOf(last);
    },
  };
}

const kinds: readonly string[] = ["error", "rate-limit", "slow", "drop"] satisfies Fault["fault"][];
const operationIds: ReadonlySet<string> = new Set(platformOperations.map(({ operationId }) => operationId));

function check(fault: Fault): void {
  if (!kinds.includes(fault.fault))
    throw new RangeError(`Unknown fault "${fault.fault}", expected one of ${kinds.join(", ")}.`);
  const unknown = [fault.operations ?? []].flat().find((id) => !operationIds.has(id));
  if (unknown !== undefined) {
    throw new RangeError(`Unknown operation "${unknown}", expected an operationId of Kiket's OpenAPI document.`);
  }
  const counts = { times: fault.times, milliseconds: fault.fault === "slow" ? fault.milliseconds : undefined };
  for (const [name, value] of Object.entries(counts)) {
    if (value !== undefined && !(value >= 0))
      throw new RangeError(`A fault's ${name} must be 0 or more, not ${value}.`);
  }
  if (fault.fault === "error" && fault.status !== undefined && !(fault.status >= 400 && fault.status <= 599)) {
    throw new RangeError(`An error fault needs a status from 400 to 599, not ${fault.status}.`);
  }
}

function elapsed(milliseconds: number | undefined): Promise<void> {
  if (milliseconds === undefined) return new Promise(() => undefined);
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}

function effectOf(fault: ErrorFault | RateLimitFault | DropFault): FaultEffect {
  switch (fault.fault) {
    case "drop":
      return { fault: "drop", answer: "dropped", performed: fault.performed ?? false };
    case "rate-limit":
      return { fault: "rate-limit", answer: rateLimitAnswer(fault), performed: false };
    case "error":
      return { fault: "error", answer: errorAnswer(fault), performed: fault.performed ?? false };
  }
}

function errorAnswer({ status = 500, retryAfter, headers, body }: ErrorFault): Answer {
  const later = retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
  return {
    status,
    headers: { ...later, ...headers },
    body: body ?? { error: "Injected fault", retry_after: retryAfter },
  };
}

function rateLimitAnswer({ retryAfter = 1 }: RateLimitFault): Answer {
  return { status: 429, headers: { "retry-after": String(retryAfter) }, body: rateLimitBody(retryAfter) };
}
