import { createDeadline, within } from "../base/deadline.js";

/** What the queue is given to work with. */
export interface QueueParts<Item> {
  /**
   * Sends one item, and rejects if that fails. The signal is aborted when no time is left for it.
   * A rejection with a `PermanentFailure` means that another attempt would fail in the same way.
   */
  readonly send: (item: Item, signal: AbortSignal) => Promise<void>;
  /** Waits for the given time, or until the signal is aborted. Does not keep the process alive. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** A number from 0 to below 1. */
  readonly random: () => number;
  /** Called when items are lost, once until an item is sent again. */
  readonly onLoss: (reason: LossReason, cause: unknown) => void;
  /** Is told of every lost item. Default: nobody is. */
  readonly onDrop?: (reason: LossReason, items: number) => void;
}

export type LossReason = "queue-full" | "not-delivered" | "closed";

/** An error that another attempt cannot change. */
export class PermanentFailure extends Error {
  override readonly name: string = "PermanentFailure";
}

export interface Queue<Item> {
  /** Adds an item and returns at once. The item is sent later, or dropped if the queue is full of newer items. */
  push(item: Item): void;
  /**
   * Sends the waiting items for at most the given milliseconds, and keeps the rest for the next call. After the first call nothing
   * is sent in the background any more: a worker drops the work that a request leaves unfinished, also if it belongs to another
   * request.
   */
  flush(milliseconds: number): Promise<void>;
  /**
   * Sends everything, without pauses between attempts. After the given milliseconds the rest is dropped, and so is everything that
   * is pushed later.
   */
  close(milliseconds: number): Promise<void>;
}

interface Entry<Item> {
  readonly item: Item;
  attempts: number;
}

/** Sends one item after another. `entry` is the item that is being sent. */
interface Loop<Item> {
  entry: Entry<Item> | undefined;
}

type Loops<Item> = Map<Loop<Item>, Promise<void>>;

/** Most items in the queue. When it is full the oldest are dropped, so that a slow collector cannot fill the memory. */
export const mostQueued = 1_000;
const mostAtOnce = 4;
const attempts = 4;
const firstPause = 1_000;

/** A queue that sends its items in the background, a few at a time, with a few attempts each. */
export function createRecordQueue<Item>({ send, sleep, random, onLoss, onDrop }: QueueParts<Item>): Queue<Item> {
  const waiting: Entry<Item>[] = [];
  const background: Loops<Item> = new Map();
  const flushing: Loops<Item> = new Map();
  let isFlushed = false;
  /** Aborted when closing begins. From then on there are no pauses, and only an item's first failure leads to another attempt. */
  const closing = new AbortController();
  const stop = new AbortController();
  let losing = false;

  const lose = (reason: LossReason, cause?: unknown, items = 1): void => {
    if (items > 0) onDrop?.(reason, items);
    if (losing) return;
    losing = true;
    onLoss(reason, cause);
  };

  /** False if the signal was aborted before the entry was sent or given up. */
  const deliver = async (entry: Entry<Item>, signal: AbortSignal, awake: AbortSignal): Promise<boolean> => {
    while (!signal.aborted) {
      entry.attempts += 1;
      try {
        await send(entry.item, signal);
        losing = false;
        return true;
      } catch (error) {
        if (signal.aborted) return false;
        const isLast = entry.attempts >= attempts || (closing.signal.aborted && entry.attempts > 1);
        if (isLast || error instanceof PermanentFailure) {
          lose("not-delivered", error);
          return true;
        }
        // 0.5 to 1 s, then twice and four times that. It is random, so that many extensions do not retry at the same time.
        await sleep(firstPause * 2 ** (entry.attempts - 1) * (0.5 + random() / 2), awake);
      }
    }
    return false;
  };

  /** Starts a loop that ends when no item waits or the signal is aborted. `awake` ends its pauses early. */
  const begin = (loops: Loops<Item>, ready: Promise<void>, signal: AbortSignal, awake: AbortSignal): Loop<Item> => {
    const loop: Loop<Item> = { entry: undefined };
    const run = async (): Promise<void> => {
      while (!signal.aborted && (loops === flushing || !isFlushed)) {
        loop.entry = waiting.shift();
        if (loop.entry === undefined || !(await deliver(loop.entry, signal, awake))) break;
        loop.entry = undefined;
      }
      // In the same turn as the last look at the queue: a later push must not rely on a loop that has ended.
      loops.delete(loop);
    };
    loops.set(loop, ready.then(run));
    return loop;
  };

  const beginInBackground = (): void => {
    // Wait for one turn of the event loop, so that the response is sent first.
    const ready = new Promise<void>((resolve) => setTimeout(resolve, 0));
    begin(background, ready, stop.signal, closing.signal);
  };

  return {
    push(item) {
      if (stop.signal.aborted) return lose("closed");
      waiting.push({ item, attempts: 0 });
      if (waiting.length > mostQueued) {
        waiting.shift();
        lose("queue-full");
      }
      if (!isFlushed && background.size < mostAtOnce) beginInBackground();
    },
    async flush(milliseconds) {
      isFlushed = !closing.signal.aborted;
      if (waiting.length === 0 && background.size === 0) return;
      const deadline = createDeadline(milliseconds, stop.signal);
      const loop = begin(flushing, Promise.resolve(), deadline.signal, deadline.signal);
      const isDone = await within(Promise.all([flushing.get(loop), ...background.values()]), milliseconds);
      deadline.clear();
      // Sending that began before the first flush may have been stopped with its request, and would never settle.
      if (!isDone) background.clear();
      flushing.delete(loop);
      const { entry } = loop;
      if (entry === undefined) return;
      loop.entry = undefined;
      if (stop.signal.aborted) lose("closed");
      else if (entry.attempts < attempts) waiting.unshift(entry);
      else lose("not-delivered");
    },
    async close(milliseconds) {
      closing.abort();
      isFlushed = false;
      for (let free = mostAtOnce - background.size; free > 0; free -= 1) beginInBackground();
      const isDone = await within(Promise.all([...background.values(), ...flushing.values()]), milliseconds);
      if (isDone && waiting.length === 0) return;
      const loops = [...background.keys(), ...flushing.keys()];
      const sending = loops.filter(({ entry }) => entry !== undefined);
      // They are lost now, and nobody else counts them.
      for (const loop of sending) loop.entry = undefined;
      lose("closed", undefined, waiting.length + sending.length);
      waiting.length = 0;
      stop.abort();
    },
  };
}
