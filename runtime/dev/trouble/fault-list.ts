import { defined } from "../../base/json.js";
import type { Fault } from "../../platform/fault.js";
import { type Faults, type InjectedFault, operationIds } from "../../platform/faults.js";
import { RequestProblem } from "../../platform/inspector/request-problem.js";
import type { FaultRecord, FaultRequest } from "../../platform/inspector/trouble.js";

/** The faults that were asked for, until they are spent or cleared. */
export interface FaultList {
  all(): readonly FaultRecord[];
  /** @throws {RequestProblem} 422 for a fault that cannot be made. */
  inject(request: FaultRequest): void;
  /** Ends one, or all. @throws {RequestProblem} 404 if none has the id. */
  clear(id?: number): void;
}

/** The ids of the operations that a fault can affect. */
export const faultOperations: readonly string[] = [...operationIds].sort();

/** The platform's fault for a request. */
function platformFault({ kind, operations, ...request }: FaultRequest): Fault {
  const { milliseconds, retryAfter, performed, status, times } = request;
  const target = { ...defined({ operations, times }) } as Pick<Fault, "operations" | "times">;
  switch (kind) {
    case "slow":
      return { fault: "slow", ...target, ...defined({ milliseconds }) };
    case "keys-down":
      return { fault: "error", ...target, status: 503, operations: "getJwks" };
    case "empty-keys":
      return { fault: "response", ...target, status: 200, body: { keys: [] }, operations: "getJwks" };
    case "rate-limit":
      return { fault: "rate-limit", ...target, ...defined({ retryAfter }) };
    case "error":
      return { fault: "error", ...target, ...defined({ status, retryAfter, performed }) };
    case "cut":
      return { fault: "drop", ...target, ...defined({ performed }) };
  }
}

export function createFaultList(faults: () => Faults): FaultList {
  const asked = new WeakMap<InjectedFault, FaultRequest & { readonly id: number }>();
  let count = 0;
  return {
    all: () =>
      faults().active.flatMap((fault) => {
        const request = asked.get(fault);
        return request === undefined ? [] : [{ ...request, hits: fault.hits }];
      }),
    inject(request) {
      try {
        const fault = faults().inject(platformFault(request));
        count += 1;
        asked.set(fault, { ...request, id: count });
      } catch (error) {
        if (error instanceof RangeError) throw new RequestProblem(422, error.message);
        throw error;
      }
    },
    clear(id) {
      const chosen = faults().active.filter((fault) => {
        const request = asked.get(fault);
        return request !== undefined && (id === undefined || request.id === id);
      });
      if (id !== undefined && chosen.length === 0) {
        throw new RequestProblem(404, `There is no fault ${id}`, "It may have ended by itself.");
      }
      for (const fault of chosen) fault.clear();
    },
  };
}
