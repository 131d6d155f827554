import type { PlatformSeed } from "../../platform/operations/index.js";
import { filledTables, tableKey } from "../local-platform.js";
import type { NewSeeds } from "../options.js";

/** Compares the seeds of a project before and after a change of its files. `kept`: what the local Kiket has now. */
export function newSeeds(before: PlatformSeed, next: PlatformSeed, kept: () => PlatformSeed): NewSeeds {
  const known = new Set((before.records ?? []).map((seed) => JSON.stringify(seed)));
  const changed = (next.records ?? []).filter((seed) => seed.rows.length > 0 && !known.has(JSON.stringify(seed)));
  if (changed.length === 0) return { loaded: [], unused: [] };
  const filled = filledTables(kept());
  return {
    loaded: changed.filter((seed) => !filled.has(tableKey(seed))),
    unused: changed.filter((seed) => filled.has(tableKey(seed))),
  };
}
