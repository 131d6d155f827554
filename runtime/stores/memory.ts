import type { Claim, DeliveryStore, StoredReply } from "./delivery-store.js";
import { isLeased } from "./lease.js";

/** Options of `createMemoryStore`. Both limits hold at the same time. */
export interface MemoryStoreOptions {
  /** Maximum number of finished deliveries. The oldest are deleted first. Default 50000. */
  readonly maxEntries?: number | undefined;
  /** Maximum memory for finished deliveries in bytes, estimated. Default 33554432 (32 MiB). */
  readonly maxBytes?: number | undefined;
}

/** Estimated bytes of an entry in the map and the lists, without its key and body. */
const overhead = 120;
const sweepInterval = 60_000;

function isClaim(entry: Claim | StoredReply): entry is Claim {
  return "owner" in entry;
}

function bytesOf(key: string, { body }: StoredReply): number {
  return overhead + 2 * (key.length + body.length);
}

/** What was made here. */
const inMemory = new WeakSet<DeliveryStore>();

/** Whether the verdicts of a store are only in the memory of this process, as far as can be known. */
export function isMemoryStore(store: DeliveryStore): boolean {
  return inMemory.has(store);
}

/** A store in the memory of this process, with a limit. Deliveries are forgotten when it is full and after a restart. */
export function createMemoryStore(options: MemoryStoreOptions = {}): DeliveryStore {
  const { maxEntries = 50_000, maxBytes = 32 * 1024 * 1024 } = options;
  // One map for running and finished deliveries. A map from which every delivery is deleted soon gets a new table often, and V8
  // may keep the old tables alive, with everything in them.
  const entries = new Map<string, Claim | StoredReply>();
  // Finished deliveries from index `head`, oldest first. A map has an order too, but finding its first entry is slow after many
  // deletions. Two lists are less work for the garbage collector than one list of objects.
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
    // The delivery may have started or finished again since then.
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
    for (const [key, entry] of entries) if (isClaim(entry) && !isLeased(entry, now)) entries.delete(key);
  };

  const store: DeliveryStore = {
    begin(key, claim) {
      const { now } = claim;
      // The clock may have been set back.
      if (Math.abs(now - sweptAt) >= sweepInterval) sweep(now);
      const entry = entries.get(key);
      if (entry !== undefined) {
        if (!isClaim(entry)) {
          if (entry.keepUntil > now) return { state: "done", reply: entry };
        } else if (isLeased(entry, now)) return { state: "running" };
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
  inMemory.add(store);
  return store;
}
