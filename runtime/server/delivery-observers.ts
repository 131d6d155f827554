import type { Logger } from "../base/logger.js";
import type { DeliveryObserver } from "../pipeline/delivery-observer.js";

interface Observed {
  readonly log: () => Logger;
  readonly observers: Set<DeliveryObserver>;
}

/** By `fetch` of the extension, which a copy of the extension has too. */
const observed = new WeakMap<object, Observed>();

/** Lets an extension be observed. Returns what tells all its observers. */
export function observable(fetch: object, log: () => Logger): DeliveryObserver {
  const observers = new Set<DeliveryObserver>();
  observed.set(fetch, { log, observers });
  return {
    verified(delivery, version, config) {
      for (const observer of observers) observer.verified(delivery, version, config);
    },
    async close() {
      await Promise.all([...observers].map((observer) => observer.close()));
    },
  };
}

/**
 * Observes an extension, once: later calls do nothing. Nothing outside the package can do so, because an observer sees tokens and
 * secrets. False if `createExtension` did not make it.
 */
export function observeOnce({ fetch }: { readonly fetch: object }, make: (log: Logger) => DeliveryObserver): boolean {
  const found = observed.get(fetch);
  if (found?.observers.size === 0) found.observers.add(make(found.log()));
  return found !== undefined;
}
