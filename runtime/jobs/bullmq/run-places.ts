/** How many runs there are at the same time: in all, and of each handler that has a limit. */
export interface RunPlaces {
  /** Resolves when the run may begin, to the function that ends it; to undefined as soon as the signal is aborted. */
  take(handler: string, signal: AbortSignal): Promise<(() => void) | undefined>;
}

interface Waiting {
  readonly handler: string;
  readonly begin: () => void;
}

export function createRunPlaces(concurrency: number, limits: ReadonlyMap<string, number>): RunPlaces {
  const running = new Map<string, number>();
  const waiting = new Set<Waiting>();
  let all = 0;

  const isFree = (handler: string): boolean =>
    all < concurrency && (running.get(handler) ?? 0) < (limits.get(handler) ?? Number.POSITIVE_INFINITY);
  const count = (handler: string, change: 1 | -1): void => {
    all += change;
    running.set(handler, (running.get(handler) ?? 0) + change);
  };
  const fill = (): void => {
    for (const each of waiting) {
      if (all >= concurrency) return;
      if (!isFree(each.handler)) continue;
      waiting.delete(each);
      count(each.handler, 1);
      each.begin();
    }
  };

  return {
    take: (handler, signal) =>
      new Promise((resolve) => {
        let isOver = false;
        const end = (): void => {
          if (isOver) return;
          isOver = true;
          count(handler, -1);
          fill();
        };
        const giveUp = (): void => {
          waiting.delete(entry);
          resolve(undefined);
        };
        const entry: Waiting = {
          handler,
          begin() {
            signal.removeEventListener("abort", giveUp);
            resolve(end);
          },
        };
        if (signal.aborted) return resolve(undefined);
        signal.addEventListener("abort", giveUp);
        waiting.add(entry);
        fill();
      }),
  };
}
