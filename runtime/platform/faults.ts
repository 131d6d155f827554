import type { Fault, FaultTarget } from "./fault.js";
import { answerOf } from "./fault-answer.js";
import { operations as platformOperations } from "./http/openapi.gen.js";
import type { Answer, OperationId } from "./http/operation.js";

/** A fault that was injected. */
export interface InjectedFault {
  /** As it was given. */
  readonly fault: Fault;
  /** Number of requests that were affected so far. */
  readonly hits: number;
  /** Ends the fault. Delayed responses are sent. */
  clear(): void;
}

/** Faults of the platform, for tests. */
export interface Faults {
  /**
   * Makes requests fail. If several faults affect one request, the first one decides; delays of slow faults before it are added.
   * @throws {RangeError} if the fault or an operation is unknown, `times` or `milliseconds` is below 0, or the response cannot be sent.
   */
  inject(fault: Fault): InjectedFault;
  /** Makes the signing keys unavailable: the response is 503. The same as an `error` fault for `getJwks`. */
  jwksDown(target?: Pick<FaultTarget, "times">): InjectedFault;
  /** Those that can still affect a request, or delay one now, in the order in which they were injected. */
  readonly active: readonly InjectedFault[];
  /** Ends all faults. */
  clear(): void;
}

/** What a fault does to a request. */
interface FaultEffect {
  readonly fault: Fault["fault"];
  /** Undefined for a request that is only delayed. */
  readonly answer: Answer | "dropped" | undefined;
  readonly performed: boolean;
}

interface FaultSet extends Faults {
  /** Counts a request and waits for its delays. Returns what the fault that decides does to it, or `undefined` if none affects it. */
  apply(operation: OperationId | undefined, path: string): Promise<FaultEffect | undefined>;
}

interface Active {
  readonly fault: Fault;
  /** Made once, so that a body that changes later has no effect. */
  readonly effect: FaultEffect;
  hits: number;
  /** Requests that it delays now. */
  delays: number;
  /** Resolves when the fault is cleared. */
  readonly cleared: Promise<void>;
}

export function createFaults(): FaultSet {
  const injected = new Map<Active, InjectedFault>();

  const isSpent = ({ fault: { times = Number.POSITIVE_INFINITY }, hits }: Active): boolean => hits >= times;

  function affects(active: Active, id: OperationId | undefined, asked: string): boolean {
    const { operations, path } = active.fault;
    if (isSpent(active) || (path !== undefined && path !== asked)) return false;
    return operations === undefined || (id !== undefined && [operations].flat().includes(id));
  }

  function inject(fault: Fault): InjectedFault {
    check(fault);
    const effect = effectOf(fault);
    let release = (): void => undefined;
    const cleared = new Promise<void>((resolve) => {
      release = resolve;
    });
    const active: Active = { fault, effect, hits: 0, delays: 0, cleared };
    const one: InjectedFault = {
      fault,
      get hits() {
        return active.hits;
      },
      clear() {
        injected.delete(active);
        release();
      },
    };
    injected.set(active, one);
    return one;
  }

  async function delay(active: Active): Promise<void> {
    const { fault, cleared } = active;
    if (fault.fault !== "slow") return;
    active.delays += 1;
    await Promise.race([cleared, elapsed(fault.milliseconds)]);
    active.delays -= 1;
  }

  return {
    inject,
    jwksDown: (target = {}) => inject({ ...target, fault: "error", status: 503, operations: "getJwks" }),
    get active() {
      return [...injected].flatMap(([active, one]) => (isSpent(active) && active.delays === 0 ? [] : [one]));
    },
    clear() {
      for (const one of injected.values()) one.clear();
    },
    async apply(operation, path) {
      const matching = [...injected.keys()].filter((active) => affects(active, operation, path));
      const decisive = matching.findIndex(({ fault }) => fault.fault !== "slow");
      const effective = decisive < 0 ? matching : matching.slice(0, decisive + 1);
      for (const active of effective) active.hits += 1;
      for (const active of effective) await delay(active);
      return effective.at(-1)?.effect;
    },
  };
}

const kinds: readonly string[] = ["error", "response", "rate-limit", "slow", "drop"] satisfies Fault["fault"][];
/** The operations of Kiket, by their ids. */
export const operationIds: ReadonlySet<string> = new Set(platformOperations.map(({ operationId }) => operationId));

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
}

function elapsed(milliseconds: number | undefined): Promise<void> {
  if (milliseconds === undefined) return new Promise(() => undefined);
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}

function effectOf(fault: Fault): FaultEffect {
  if (fault.fault === "slow") return { fault: "slow", answer: undefined, performed: false };
  const performed = fault.fault !== "rate-limit" && (fault.performed ?? false);
  return { fault: fault.fault, answer: fault.fault === "drop" ? "dropped" : answerOf(fault), performed };
}
