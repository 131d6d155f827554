import type { DevChange } from "../platform/inspector/backend.js";

/** Tells changes to who wants to know them. */
export interface Changes {
  tell(change: DevChange): void;
  /** Returns a function that ends it. */
  subscribe(listener: (change: DevChange) => void): () => void;
}

/** A listener that throws does not keep a delivery from going on. */
export function createChanges(warn: (message: string) => void): Changes {
  const listeners = new Set<(change: DevChange) => void>();
  return {
    tell(change) {
      for (const listener of [...listeners]) {
        try {
          listener(change);
        } catch (error) {
          warn(`A change could not be told: ${String(error)}`);
        }
      }
    },
    subscribe(listener) {
      // The same listener twice is two subscriptions.
      const own = (change: DevChange): void => listener(change);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
  };
}

/** Tells that something has changed: at once, and not again within these milliseconds, after which later changes are one. */
export interface SeldomTeller {
  note(): void;
  close(): void;
}

export function createSeldomTeller(tell: () => void, pause: number): SeldomTeller {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isNews = false;
  function note(): void {
    isNews = true;
    if (timer !== undefined) return;
    isNews = false;
    timer = setTimeout(() => {
      timer = undefined;
      if (isNews) note();
    }, pause);
    timer.unref();
    tell();
  }
  return { note, close: () => clearTimeout(timer) };
}
