import { createDeadline, within } from "../base/deadline.js";

/** What the queue needs of the world. */
export interface QueueParts<Item> {
  /**
   * Hands one item over; rejects where that failed. The signal is aborted when there is no time left for it.
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
  /**
   * Sends what waits, for the milliseconds given at the most, and keeps what is left for the next one. Once it was called nothing
   * is begun elsewhere: a worker drops what its request left behind, and no request must hold what is another's.
   */
  flush(milliseconds: number): Promise<void>;
  /**
   * Sends everything, without pauses between attempts. What is left after the milliseconds given is given up, with all that would
   * be pushed later.
   */
  close(milliseconds: number): Promise<void>;
}

interface Entry<Item> {
  readonly item: Item;
  attempts: number;
}

/** Sends one after another; `entry` is the one in hand. */
interface Loop<Item> {
  entry: Entry<Item> | undefined;
}

type Loops<Item> = Map<Loop<Item>, Promise<void>>;

/** A collector that is slow or down must not fill the memory: past this the oldest are dropped. */
export const mostQueued = 1_000;
const mostAtOnce = 4;
const attempts = 4;
const firstPause = 1_000;

/** Sends in the background, a few at a time, each with a few attempts. */
export function createQueue<Item>({ send, sleep, random, onLoss }: QueueParts<Item>): Queue<Item> {
  const waiting: Entry<Item>[] = [];
  const background: Loops<Item> = new Map();
  const flushing: Loops<Item> = new Map();
  let isFlushed = false;
  /** Once closing nothing waits for another attempt, and there is one at most. */
  const hurry = new AbortController();
  const stop = new AbortController();
  let losing = false;

  const lose = (reason: LossReason, cause?: unknown): void => {
    if (losing) return;
    losing = true;
    onLoss(reason, cause);
  };

  /** False where the signal was aborted before it was sent or given up. */
  const deliver = async (entry: Entry<Item>, signal: AbortSignal, awake: AbortSignal): Promise<boolean> => {
    while (!signal.aborted) {
      entry.attempts += 1;
      try {
        await send(entry.item, signal);
        losing = false;
        return true;
      } catch (error) {
        if (signal.aborted) return false;
        const isLast = entry.attempts >= attempts || (hurry.signal.aborted && entry.attempts > 1);
        if (isLast || error instanceof Final) {
          lose("not delivered", error);
          return true;
        }
        // Half to all of 1, 2, 4 s, so that many extensions do not return to a collector at the same moment.
        await sleep(firstPause * 2 ** (entry.attempts - 1) * (0.5 + random() / 2), awake);
      }
    }
    return false;
  };

  /** Ends when nothing waits, or with the signal; `awake` cuts its pauses short. */
  const begin = (loops: Loops<Item>, ready: Promise<void>, signal: AbortSignal, awake: AbortSignal): Loop<Item> => {
    const loop: Loop<Item> = { entry: undefined };
    const run = async (): Promise<void> => {
      while (!signal.aborted && (loops === flushing || !isFlushed)) {
        loop.entry = waiting.shift();
        if (loop.entry === undefined || !(await deliver(loop.entry, signal, awake))) break;
        loop.entry = undefined;
      }
      // Before anything else can push: an item must not count on a loop that looks no more.
      loops.delete(loop);
    };
    loops.set(loop, ready.then(run));
    return loop;
  };

  const beginInBackground = (): void => {
    // A turn of the event loop later the response is on its way.
    const ready = new Promise<void>((resolve) => setTimeout(resolve, 0));
    begin(background, ready, stop.signal, hurry.signal);
  };

  return {
    push(item) {
      if (stop.signal.aborted) return lose("closed");
      waiting.push({ item, attempts: 0 });
      if (waiting.length > mostQueued) {
        waiting.shift();
        lose("queue full");
      }
      if (!isFlushed && background.size < mostAtOnce) beginInBackground();
    },
    async flush(milliseconds) {
      isFlushed = !hurry.signal.aborted;
      if (waiting.length === 0 && background.size === 0) return;
      const deadline = createDeadline(milliseconds, stop.signal);
      const loop = begin(flushing, Promise.resolve(), deadline.signal, deadline.signal);
      const isDone = await within(Promise.all([flushing.get(loop), ...background.values()]), milliseconds);
      deadline.clear();
      // What was begun before the first flush may have ended with its request, and is never heard of again.
      if (!isDone) background.clear();
      flushing.delete(loop);
      const { entry } = loop;
      if (entry === undefined) return;
      if (stop.signal.aborted) lose("closed");
      else if (entry.attempts < attempts) waiting.unshift(entry);
      else lose("not delivered");
    },
    async close(milliseconds) {
      hurry.abort();
      isFlushed = false;
      for (let free = mostAtOnce - background.size; free > 0; free -= 1) beginInBackground();
      const isDone = await within(Promise.all([...background.values(), ...flushing.values()]), milliseconds);
      if (isDone && waiting.length === 0) return;
      lose("closed");
      waiting.length = 0;
      stop.abort();
    },
  };
}
