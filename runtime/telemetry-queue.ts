import { within } from "./deadline.js";

/** What the queue needs of the world. */
export interface QueueParts<Item> {
  /**
   * Hands one item over; rejects where that failed. The signal is aborted when the queue gives up.
   * Rejecting with a `Final` says that another attempt would fail the same way.
   */
  readonly send: (item: Item, signal: AbortSignal) => Promise<void>;
  /** Waits, but no longer than until the signal is aborted; does not keep the process alive. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** 0 up to, but not including, 1. */
  readonly random: () => number;
  /** Items were lost, for the first time since the last one that arrived. */
  readonly onLoss: (reason: LossReason, cause: unknown) => void;
}

export type LossReason = "queue full" | "not delivered" | "closed";

/** A failure that no further attempt can mend. */
export class Final extends Error {
  override readonly name: string = "Final";
}

export interface Queue<Item> {
  /** Takes no time: the item is sent later, or dropped where the queue is full of newer ones. */
  push(item: Item): void;
  /** Resolves when everything pushed before was sent or given up, after the time given at the latest; then nothing is left. */
  flush(milliseconds: number): Promise<void>;
}

/** A collector that is slow or down must not fill the memory: past this the oldest are dropped. */
export const mostQueued = 1_000;
const mostAtOnce = 4;
const attempts = 4;
const firstPause = 1_000;

/** Sends in the background, a few at a time, each with a few attempts. */
export function createQueue<Item>({ send, sleep, random, onLoss }: QueueParts<Item>): Queue<Item> {
  const waiting: Item[] = [];
  const workers = new Set<Promise<void>>();
  let active = 0;
  /** While flushing nothing waits for another attempt, and there is one at most. */
  let hurry = new AbortController();
  let stop = new AbortController();
  let flushing = 0;
  let losing = false;

  const lose = (reason: LossReason, cause?: unknown): void => {
    if (losing) return;
    losing = true;
    onLoss(reason, cause);
  };

  const deliver = async (item: Item): Promise<void> => {
    const { signal } = stop;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await send(item, signal);
        losing = false;
        return;
      } catch (error) {
        if (signal.aborted) return lose("closed");
        const last = hurry.signal.aborted && attempt > 1 ? attempt : attempts;
        if (attempt === last || error instanceof Final) return lose("not delivered", error);
        // Half to all of 1, 2, 4 s, so that many extensions do not return to a collector at the same moment.
        await sleep(firstPause * 2 ** (attempt - 1) * (0.5 + random() / 2), hurry.signal);
        if (signal.aborted) return lose("closed");
      }
    }
  };

  const work = async (): Promise<void> => {
    // A turn of the event loop later the response is on its way.
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await deliver(item);
    // Before anything else can push: an item must not count on a worker that looks no more.
    active -= 1;
  };

  return {
    push(item) {
      waiting.push(item);
      if (waiting.length > mostQueued) {
        waiting.shift();
        lose("queue full");
      }
      if (active >= mostAtOnce) return;
      active += 1;
      const worker = work();
      workers.add(worker);
      void worker.finally(() => workers.delete(worker));
    },
    async flush(milliseconds) {
      flushing += 1;
      hurry.abort();
      if (!(await within(Promise.all(workers), milliseconds))) {
        if (waiting.length > 0) lose("closed");
        waiting.length = 0;
        stop.abort();
        stop = new AbortController();
      }
      flushing -= 1;
      if (flushing === 0) hurry = new AbortController();
    },
  };
}
