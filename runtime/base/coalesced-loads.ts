/** Loads of one thing, one after the other, numbered as they begin. */
interface Loads {
  /** How many have begun. */
  begun(): number;
  /** Whether `join` would wait for one that has begun. */
  isUnderWay(): boolean;
  /** The load under way, or one that begins now. */
  join(): Promise<void>;
  /** Whether `since` would need another load than those that have begun or are planned. */
  isNeededSince(begun: number): boolean;
  /** One that began after so many had: it may be over, under way, or begin once the one under way is over. */
  since(begun: number): Promise<void>;
}

/** Not shared, each load is its caller's own: then none is ever under way or planned. */
export function createLoads(load: () => Promise<void>, isShared: boolean): Loads {
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
