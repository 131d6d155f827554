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

function isClaim(entry: Claim | StoredReply): entry is Claim {
  return "owner" in entry;
}

function bytesOf(key: string, { body }: StoredReply): number {
  return overhead + 2 * (key.length + body.length);
}

/** Remembers in this process only, within bounds: what no longer fits, or a restart, is forgotten. */
export function createMemoryStore(options: MemoryStoreOptions = {}): DeliveryStore {
  const { maxEntries = 50_000, maxBytes = 32 * 1024 * 1024 } = options;
  // One map for both: one from which every delivery is deleted again would throw its table away every few deliveries, and as
  // long as such tables lie among the old objects, they keep what they held alive.
  const entries = new Map<string, Claim | StoredReply>();
  // What finished, oldest first, from `head` on. A map keeps an order too, but is slow to say what its first entry is once
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
    // It may have been begun or finished again since.
    if (entries.get(key) === reply) entries.delete(key);
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
    for (const [key, entry] of entries) if (isClaim(entry) && entry.leaseUntil <= now) entries.delete(key);
  };

  return {
    begin(key, claim) {
      const { now } = claim;
      if (now - sweptAt >= sweepInterval) sweep(now);
      const entry = entries.get(key);
      if (entry !== undefined) {
        if (!isClaim(entry)) {
          if (entry.keepUntil > now) return { state: "done", reply: entry };
        } else if (entry.leaseUntil > now) return { state: "running" };
      }
      entries.set(key, claim);
      return { state: "new" };
    },
    finish(key, reply) {
      entries.set(key, reply);
      keys.push(key);
      replies.push(reply);
      bytes += bytesOf(key, reply);
      forgetWhile(() => keys.length - head > maxEntries || bytes > maxBytes);
    },
    fail(key, owner) {
      const entry = entries.get(key);
      if (entry !== undefined && isClaim(entry) && entry.owner === owner) entries.delete(key);
    },
  };
}
