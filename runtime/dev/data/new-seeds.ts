import { tableKey } from "../../platform/custom-data/table-seed.js";
import type { PlatformSeed } from "../../platform/operations/index.js";
import { filledTables } from "../local-platform.js";
import type { NewSeeds } from "../options.js";

/** Compares the seeds of a project before and after a change of its files. `kept`: what the local Kiket has now. */
export function newSeeds(before: PlatformSeed, next: PlatformSeed, kept: () => PlatformSeed): NewSeeds {
  const known = new Set((before.records ?? []).map((seed) => JSON.stringify(seed)));
  const given = (next.records ?? []).filter(({ rows }) => rows.length > 0);
  // A table has seeds for each project: once one of them is loaded, the table has records, and never gets the others.
  const changed = new Set(given.filter((seed) => !known.has(JSON.stringify(seed))).map(tableKey));
  if (changed.size === 0) return { loaded: [], unused: [] };
  const filled = filledTables(kept());
  const seeds = given.filter((seed) => changed.has(tableKey(seed)));
  return {
    loaded: seeds.filter((seed) => !filled.has(tableKey(seed))),
    unused: seeds.filter((seed) => filled.has(tableKey(seed))),
  };
}
