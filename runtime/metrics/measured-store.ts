import { within } from "../base/deadline.js";
import { type Begun, type DeliveryStore, isPromise } from "../stores/delivery-store.js";
import { secondsSince } from "./measured-delivery.js";
import type { Metrics } from "./sinks.js";

/** A store of the program's own may answer anything, even nothing: measuring it must not make that worse. */
function outcomeOfBegin(begun: Begun | undefined): string {
  const state = begun?.state;
  if (state === undefined) return "error";
  return state === "new" || state === "running" ? state : "done";
}

type Operation = "begin" | "finish" | "fail";

/**
 * The calls of a store, measured: what answers at once, as memory does, still does. The outcome of `begin` is the state that it found, that of
 * others is `ok`, and that of a call that failed `error`.
 * @param patience Milliseconds after which a call has failed. One that never answers would else not be measured.
 */
export function measuredStore(
  store: DeliveryStore,
  metrics: Metrics,
  patience: number,
): Pick<DeliveryStore, "begin" | "finish" | "fail"> {
  const measure = <T>(
    operation: Operation,
    call: () => T | Promise<T>,
    outcomeOf: (result: T) => string,
  ): T | Promise<T> => {
    const startedAt = performance.now();
    let isTold = false;
    const end = (outcome: string): void => {
      if (isTold) return;
      isTold = true;
      metrics.record("kiket.store.duration", secondsSince(startedAt), { operation, outcome });
    };
    let result: T | Promise<T>;
    try {
      result = call();
    } catch (error) {
      end("error");
      throw error;
    }
    if (!isPromise(result)) {
      end(outcomeOf(result));
      return result;
    }
    result.then(
      (value) => end(outcomeOf(value)),
      () => end("error"),
    );
    void within(result, patience).then((isInTime) => isInTime || end("error"));
    return result;
  };
  const ok = (): string => "ok";

  return {
    begin: (key, claim) =>
      metrics.isOn() ? measure("begin", () => store.begin(key, claim), outcomeOfBegin) : store.begin(key, claim),
    finish: (key, reply, now) =>
      metrics.isOn() ? measure("finish", () => store.finish(key, reply, now), ok) : store.finish(key, reply, now),
    fail: (key, owner) => (metrics.isOn() ? measure("fail", () => store.fail(key, owner), ok) : store.fail(key, owner)),
  };
}
