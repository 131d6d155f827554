import type { ClockRequest, FaultRequest, TroubleState } from "../../../trouble.js";

/** The control routes of faults and keys. Every function throws a `ControlError`. */
export interface TroubleApi {
  /** The ids of the operations that a fault can affect. */
  operations(signal: AbortSignal): Promise<readonly string[]>;
  inject(fault: FaultRequest): Promise<TroubleState>;
  /** Ends one fault, or all. */
  clear(id?: number): Promise<TroubleState>;
  rotateKeys(keepOld: boolean): Promise<TroubleState>;
  moveClock(request: ClockRequest): Promise<TroubleState>;
}

/** Asks a route of the inspector. */
export interface Asking {
  get<T>(path: string, signal?: AbortSignal): Promise<T>;
  post<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T>;
}

export function createTroubleApi({ get, post }: Asking): TroubleApi {
  return {
    operations: async (signal) => (await get<{ operations: readonly string[] }>("/api/faults", signal)).operations,
    inject: (fault) => post("/api/faults", fault),
    clear: (id) => post("/api/faults/clear", id === undefined ? {} : { id }),
    moveClock: (request) => post("/api/clock", request),
    rotateKeys: (keepOld) => post("/api/keys", { keepOld }),
  };
}
