/** Remembers ids for a while. */
export interface RecentIds {
  has(id: string): boolean;
  add(id: string): void;
}

/** Remembers each id for at least `keepMilliseconds`, unless `most` newer ones have come since. */
export function createRecentIds(keepMilliseconds: number, most: number, now: () => number): RecentIds {
  // Two sets, of which the older one is dropped as a whole: looking for the oldest entries of one set would be slow.
  let newer = new Set<string>();
  let older = new Set<string>();
  let since = now();
  return {
    has: (id) => newer.has(id) || older.has(id),
    add(id) {
      if (newer.size >= most || now() - since >= keepMilliseconds) {
        older = newer;
        newer = new Set();
        since = now();
      }
      newer.add(id);
    },
  };
}
