import { isWorker } from "../base/process.js";
import { type Refusal, tryAgain } from "./failure.js";
import type { Limits } from "./limits.js";

/** A request that has not proved its origin yet: its body is arriving, or its token or signature is being checked. */
export interface Arrival {
  /** Bytes of its body in memory. */
  bytes: number;
  /** Refuses it at once. Set by the step that it waits in. */
  refuse: ((refusal: Refusal) => void) | undefined;
}

/** All requests that have not proved their origin yet. */
export interface Arrivals {
  /** Runs the steps that prove the origin of one request. Refuses the oldest request if there are too many. */
  admit<Proved>(steps: (arrival: Arrival) => Promise<Proved>): Promise<Proved>;
  /** Counts bytes that have arrived. Refuses the oldest other requests until all bodies together are within the limit. */
  hold(arrival: Arrival, bytes: number): void;
  /** Waits for the check of a complete body, or rejects as soon as the request is refused. */
  check<Proved>(arrival: Arrival, proof: Promise<Proved>): Promise<Proved>;
  refuseAll(refusal: Refusal): void;
}

/**
 * Limits what anybody may use without a proof. A new request is never refused for old ones: a body from Kiket is complete within
 * moments, so the oldest incomplete one is the least likely to come from Kiket. If it does, Kiket tries again. Complete bodies are
 * refused only if no other is left, which happens while Kiket's keys cannot be loaded.
 */
export function createArrivals({ arriving, arrivingBytes }: Pick<Limits, "arriving" | "arrivingBytes">): Arrivals {
  // The oldest first.
  const incomplete = new Set<Arrival>();
  const complete = new Set<Arrival>();
  let total = 0;

  const remove = (arrival: Arrival): void => {
    if (incomplete.delete(arrival) || complete.delete(arrival)) total -= arrival.bytes;
  };
  const refuse = (arrival: Arrival, refusal: Refusal): void => {
    remove(arrival);
    arrival.refuse?.(refusal);
  };
  /** False if none can be refused. */
  const refuseOldest = (besides: Arrival): boolean => {
    // There one request must not act on another, and the platform has limits of its own.
    if (isWorker()) return false;
    const [first, second] = incomplete;
    const [checked] = complete;
    const oldest = (first === besides ? second : first) ?? checked;
    if (oldest === undefined) return false;
    const headers = { "retry-after": "5", connection: "close" };
    refuse(oldest, tryAgain("too-many-arrivals", "Refused for newer requests: too many arrive at once", { headers }));
    return true;
  };

  return {
    admit(steps) {
      const arrival: Arrival = { bytes: 0, refuse: undefined };
      incomplete.add(arrival);
      if (incomplete.size + complete.size > arriving) refuseOldest(arrival);
      const leave = (): void => {
        remove(arrival);
        // V8 may keep the old table of a Set alive, and with it the request that this function refers to.
        arrival.refuse = undefined;
      };
      return steps(arrival).then(
        (proved) => {
          leave();
          return proved;
        },
        (error: unknown) => {
          leave();
          throw error;
        },
      );
    },
    hold(arrival, bytes) {
      if (!incomplete.has(arrival)) return;
      arrival.bytes += bytes;
      total += bytes;
      while (total > arrivingBytes && refuseOldest(arrival));
    },
    check(arrival, proof) {
      return new Promise((resolve, reject) => {
        arrival.refuse = reject;
        if (incomplete.delete(arrival)) complete.add(arrival);
        proof.then(resolve, reject);
      });
    },
    refuseAll(refusal) {
      for (const arrival of [...incomplete, ...complete]) refuse(arrival, refusal);
    },
  };
}
