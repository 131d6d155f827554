import type { Claim, DeliveryStore, StoredReply } from "./delivery-store.js";

export interface MemoryStoreOptions {
  /** Finished deliveries remembered; past it the oldest go first. Default 50000. */
  readonly maxEntries?: number | undefined;
  /** What they may take in memory, estimated, in bytes. Default 33554432 (32 MiB). */
  readonly maxBytes?: number | undefined;
}

/** An entry's places in the map and in the lists, roughly. */
const overhead = 120;
const sweepInterval = 60_000;

function bytesOf(key: string, { body }: StoredReply): number {
  return overhead + 2 * (key.length + body.length);
}

/** Remembers in this process only, within bounds: what no longer fits, or a restart, is forgotten. */
export function createMemoryStore(options: MemoryStoreOptions = {}): DeliveryStore {
  const { maxEntries = 50_000, maxBytes = 32 * 1024 * 1024 } = options;
  const running = new Map<string, Claim>();
  const finished = new Map<string, StoredReply>();
  // What finished, oldest first, from `head` on. A map keeps that order too, but is slow to say what its first entry is once
  // many before it were deleted; and two lists are less for the garbage collector than objects that hold a key and a reply.
  let keys: string[] = [];
  let replies: StoredReply[] = [];
  let head = 0;
  let bytes = 0;
  let sweptAt = Number.NEGATIVE_INFINITY;

  const forgetOldest = (key: string, reply: StoredReply): void => {
    head += 1;
    if (head > 1_024 && head * 2 > keys.length) {
      keys = keys.slice(head);
      replies = replies.slice(head);
      head = 0;
    }
    bytes -= bytesOf(key, reply);
    // It may have finished again since, and then has a later place.
    if (finished.get(key) === reply) finished.delete(key);
  };
  const forgetWhile = (isToGo: (oldest: StoredReply) => boolean): void => {
    for (;;) {
      const key = keys[head];
      const reply = replies[head];
      if (key === undefined || reply === undefined || !isToGo(reply)) return;
      forgetOldest(key, reply);
    }
  };
  const sweep = (now: number): void => {
    sweptAt = now;
    forgetWhile(({ keepUntil }) => keepUntil <= now);
    for (const [key, { leaseUntil }] of running) if (leaseUntil <= now) running.delete(key);
  };

  return {
    begin(key, claim) {
      const { now } = claim;
      if (now - sweptAt >= sweepInterval) sweep(now);
      const reply = finished.get(key);
      if (reply !== undefined && reply.keepUntil > now) return { state: "done", reply };
      const run = running.get(key);
      if (run !== undefined && run.leaseUntil > now) return { state: "running" };
      running.set(key, claim);
      return { state: "new" };
    },
    finish(key, reply) {
      running.delete(key);
      if (finished.get(key) === reply) return;
      finished.set(key, reply);
      keys.push(key);
      replies.push(reply);
      bytes += bytesOf(key, reply);
      forgetWhile(() => keys.length - head > maxEntries || bytes > maxBytes);
    },
    fail(key, owner) {
      if (running.get(key)?.owner === owner) running.delete(key);
    },
  };
}
