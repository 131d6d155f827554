import { rateLimitBody } from "../receive/replies.js";
import { operations as platformOperations } from "./http/openapi.gen.js";
import type { Answer, OperationId } from "./http/operation.js";

/** Where a fault strikes, and how often. */
export interface FaultTarget {
  /** Default: every request, those to unknown paths too. */
  readonly operations?: OperationId | readonly OperationId[];
  /** Default: until it is cleared. */
  readonly times?: number;
}

/** The request is answered with an error. */
export interface ErrorFault extends FaultTarget {
  readonly fault: "error";
  /** Default 500. */
  readonly status?: number;
  /** Seconds, sent as `Retry-After`. Default none. */
  readonly retryAfter?: number;
  /** Default `{ error }` with a short text. */
  readonly body?: object;
  /** Added to the answer's, or in their place. */
  readonly headers?: Readonly<Record<string, string>>;
  /** True: what was asked for is done, and only its answer is lost. Default false. */
  readonly performed?: boolean;
}

/** The request is answered 429. */
export interface RateLimitFault extends FaultTarget {
  readonly fault: "rate-limit";
  /** Seconds, sent as `Retry-After`; default 1. */
  readonly retryAfter?: number;
}

/** The answer is held back. */
export interface SlowFault extends FaultTarget {
  readonly fault: "slow";
  /** In real time. Default: until the fault is cleared. */
  readonly milliseconds?: number;
}

/** The connection is cut without an answer. */
export interface DropFault extends FaultTarget {
  readonly fault: "drop";
  /** True: what was asked for is done, and only its answer is lost. Default false. */
  readonly performed?: boolean;
}

export type Fault = ErrorFault | RateLimitFault | SlowFault | DropFault;

export interface InjectedFault {
  /** Requests that it struck so far. */
  readonly hits: number;
  /** Ends it; answers that it holds back are sent. */
  clear(): void;
}

/** What goes wrong on the platform's side. */
export interface Faults {
  /**
   * Makes requests fail. Of several faults for one request those that were injected first come first; slow ones add up.
   * @throws {RangeError} for a fault or an operation that there is not, `times` or `milliseconds` below 0, or a status that is
   * no error.
   */
  inject(fault: Fault): InjectedFault;
  /** The signing keys cannot be fetched: answered 503. The same as an `error` fault for `getJwks`. */
  jwksDown(target?: Pick<FaultTarget, "times">): InjectedFault;
  /** Ends them all. */
  clear(): void;
}

/** The end of a request that a fault decides: an answer, or a cut connection. */
interface FaultEffect {
  readonly fault: Fault["fault"];
  readonly answer: Answer | "dropped";
  readonly performed: boolean;
}

interface FaultSet extends Faults {
  /** Counts a request, waits for what holds it back, and answers what becomes of it; `undefined` where it goes on. */
  strike(operation: OperationId | undefined): Promise<FaultEffect | undefined>;
}

interface Active {
  readonly fault: Fault;
  hits: number;
  /** Resolves when the fault is cleared. */
  readonly cleared: Promise<void>;
}

export function createFaults(): FaultSet {
  const clearers = new Map<Active, () => void>();

  function applies(
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
    async strike(operation) {
      const struck = [...clearers.keys()].filter((active) => applies(active, operation));
      const decisive = struck.findIndex(({ fault }) => fault.fault !== "slow");
      const felt = decisive < 0 ? struck : struck.slice(0, decisive + 1);
      for (const active of felt) active.hits += 1;
      for (const { fault, cleared } of felt) {
        if (fault.fault === "slow") await Promise.race([cleared, elapsed(fault.milliseconds)]);
      }
      const last = felt.at(-1)?.fault;
      return last === undefined || last.fault === "slow" ? undefined : effectOf(last);
    },
  };
}

const kinds: readonly string[] = ["error", "rate-limit", "slow", "drop"] satisfies Fault["fault"][];
const operationIds: ReadonlySet<string> = new Set(platformOperations.map(({ operationId }) => operationId));

function check(fault: Fault): void {
  if (!kinds.includes(fault.fault))
    throw new RangeError(`There is no fault "${fault.fault}", only ${kinds.join(", ")}.`);
  const unknown = [fault.operations ?? []].flat().find((id) => !operationIds.has(id));
  if (unknown !== undefined) {
    throw new RangeError(
      `There is no operation "${unknown}"; operations have the operationIds of Kiket's OpenAPI document.`,
    );
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
