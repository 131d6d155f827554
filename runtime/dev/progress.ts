import type { DevChange } from "../platform/inspector/backend.js";

/** Milliseconds in which changes are told at once: a handler may call and log very often. */
const batch = 100;

/** Tells that there is more of a delivery, a moment after the first of many changes. */
export function createProgress(tell: (change: DevChange) => void): (id: string) => void {
  let ids = new Set<string>();
  return (id) => {
    ids.add(id);
    if (ids.size > 1) return;
    setTimeout(() => {
      const told = ids;
      ids = new Set();
      for (const one of told) tell({ kind: "progress", id: one });
    }, batch).unref();
  };
}
