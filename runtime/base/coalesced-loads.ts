/** Calls of one `load` function, numbered in the order in which they start. */
interface CoalescedLoads {
  /** How many loads have started. */
  begun(): number;
  /** Whether a load is running that `join` would wait for. */
  isUnderWay(): boolean;
  /** Waits for the running load, or starts one. */
  join(): Promise<void>;
  /** Whether `since` would have to start or plan another load. */
  isNeededSince(begun: number): boolean;
  /** Waits for any load after the first `begun` ones. It may be finished or running, or it starts when the running one ends. */
  since(begun: number): Promise<void>;
}

/** If shared, at most one load runs at a time, for all callers. If not, each caller starts its own, and none is ever joined. */
export function createCoalescedLoads(load: () => Promise<void>, isShared: boolean): CoalescedLoads {
  let count = 0;
  let lastDone = 0;
  let current: { readonly number: number; readonly done: Promise<void> } | undefined;
  let planned: Promise<void> | undefined;

  const run = async (number: number): Promise<void> => {
    try {
      await load();
      lastDone = Math.max(lastDone, number);
    } finally {
      if (current?.number === number) current = undefined;
    }
  };
  const begin = (): Promise<void> => {
    count += 1;
    const done = run(count);
    if (isShared) current = { number: count, done };
    return done;
  };
  const afterCurrent = async (): Promise<void> => {
    await current?.done.catch(() => undefined);
    planned = undefined;
    await begin();
  };

  return {
    begun: () => count,
    isUnderWay: () => current !== undefined,
    join: () => current?.done ?? begin(),
    isNeededSince: (begun) => lastDone <= begun && (current?.number ?? 0) <= begun && planned === undefined,
    async since(begun) {
      if (lastDone > begun) return;
      if (current === undefined) return begin();
      if (current.number > begun) return current.done;
      planned ??= afterCurrent();
      return planned;
    },
  };
}
