import { createHash } from "node:crypto";
import type { Database, RootDatabase } from "lmdb";
import { ConfigError, reasonOf } from "../base/errors.js";
import type { Claim, DeliveryStore, StoredReply } from "./delivery-store.js";

export interface LmdbStoreOptions {
  /** A folder of its own, on a disk of this machine; made where there is none. */
  readonly path: string;
}

export interface LmdbStore extends DeliveryStore {
  /** Waits until everything is on the disk. The extension does not call it: a store may be shared. */
  close(): Promise<void>;
}

type Entry = Pick<Claim, "owner" | "leaseUntil"> | StoredReply;
/** When an entry may go, and its key: ordered by time. */
type Expiry = [until: number, key: string];

const sweepInterval = 60_000;
const mostSwept = 200;
/** LMDB's own limit is 1978 bytes. */
const longestKey = 400;

function keyOf(text: string): string {
  return text.length <= longestKey ? text : `sha256 ${createHash("sha256").update(text).digest("hex")}`;
}

async function loadLmdb(): Promise<typeof import("lmdb")> {
  try {
    return await import("lmdb");
  } catch (cause) {
    const isMissing = (cause as { readonly code?: unknown }).code === "ERR_MODULE_NOT_FOUND";
    const advice = isMissing ? "npm install lmdb" : `it cannot be loaded here: ${reasonOf(cause)}`;
    throw new ConfigError(`createLmdbStore needs the package lmdb: ${advice}`, { cause });
  }
}

/**
 * A store that outlives the process, for all processes of one machine that use the same folder: what finished is not run
 * again after a restart or a crash. What a crash interrupted runs again, once its lease is over. Needs the package `lmdb`.
 * @throws {ConfigError} where lmdb is not installed, or the folder cannot be used.
 */
export async function createLmdbStore({ path }: LmdbStoreOptions): Promise<LmdbStore> {
  const { open } = await loadLmdb();
  let root: RootDatabase;
  let entries: Database<Entry, string>;
  let expiries: Database<true, Expiry>;
  try {
    root = open({ path, noSubdir: false, encoding: "json" });
    entries = root.openDB<Entry, string>({ name: "deliveries", encoding: "json" });
    expiries = root.openDB<true, Expiry>({ name: "expiries", encoding: "json" });
  } catch (cause) {
    throw new ConfigError(`The delivery store at ${path} cannot be opened: ${reasonOf(cause)}`, { cause });
  }
  let sweptAt = Number.NEGATIVE_INFINITY;

  const endOf = (entry: Entry): number => ("owner" in entry ? entry.leaseUntil : entry.keepUntil);
  // Both run within a transaction.
  const put = (key: string, entry: Entry): void => {
    entries.put(key, entry);
    expiries.put([endOf(entry), key], true);
  };
  const sweep = (now: number): void => {
    if (now - sweptAt < sweepInterval) return;
    const due = [...expiries.getKeys({ start: [0, ""], end: [now, ""], limit: mostSwept })];
    // As many as that are hardly all: the next delivery goes on.
    if (due.length < mostSwept) sweptAt = now;
    for (const expiry of due) {
      expiries.remove(expiry);
      // It may have been written again since, with a later time.
      const entry = entries.get(expiry[1]);
      if (entry !== undefined && endOf(entry) <= now) entries.remove(expiry[1]);
    }
  };

  return {
    begin(text, { owner, now, leaseUntil }) {
      const key = keyOf(text);
      return root.transaction(() => {
        sweep(now);
        const entry = entries.get(key);
        if (entry === undefined || endOf(entry) <= now) {
          put(key, { owner, leaseUntil });
          return { state: "new" as const };
        }
        return "owner" in entry ? { state: "running" as const } : { state: "done" as const, reply: entry };
      });
    },
    async finish(text, reply) {
      const key = keyOf(text);
      await root.transaction(() => put(key, reply));
      // Committed is enough for a crash of the process; a power cut asks for the disk.
      await root.flushed;
    },
    async fail(text, owner) {
      const key = keyOf(text);
      await root.transaction(() => {
        const entry = entries.get(key);
        if (entry !== undefined && "owner" in entry && entry.owner === owner) entries.remove(key);
      });
    },
    async close() {
      await root.flushed;
      await root.close();
    },
  };
}
