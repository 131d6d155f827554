import { createHash } from "node:crypto";
import { type Claim, keepMilliseconds, retryMilliseconds, type StoredReply } from "../delivery-store.js";
import { isLeased } from "../lease.js";
import { storedBytes } from "./database.js";
import type { SqliteDatabase } from "./engine.js";
import type { CallResult, DatabaseSettings, StoreCall } from "./protocol.js";

/** The deliveries in an open database. */
export interface DeliveryTable {
  /** Does all calls in one transaction, or throws and has done none. `forgotten`: finished deliveries that Kiket may repeat. */
  run(calls: readonly StoreCall[]): { readonly results: readonly CallResult[]; readonly forgotten: number };
}

const sweepInterval = 60_000;
const mostSwept = 1_000;

function digestOf(key: string): Buffer {
  return createHash("sha256").update(key, "utf16le").digest();
}

function readReply(bytes: unknown): CallResult {
  try {
    return { state: "done", reply: JSON.parse(storedBytes(bytes).toString()) as StoredReply };
  } catch {
    // SQLite does not see damage inside of a value. The other deliveries are not concerned.
    return { state: "unreadable" };
  }
}

export function createDeliveryTable(
  database: SqliteDatabase,
  { synchronous, maxEntries }: Pick<DatabaseSettings, "synchronous" | "maxEntries">,
): DeliveryTable {
  const find = database.prepare("SELECT until, begun, reply FROM deliveries WHERE key = ? AND until > ?");
  const put = database.prepare(`INSERT INTO deliveries (key, until, owner, begun, reply) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET until = excluded.until, owner = excluded.owner, begun = excluded.begun, reply = excluded.reply`);
  const free = database.prepare("DELETE FROM deliveries WHERE key = ? AND owner = ?");
  const sweepOver = database.prepare(
    "DELETE FROM deliveries WHERE key IN (SELECT key FROM deliveries WHERE until <= ? ORDER BY until LIMIT ?)",
  );
  const count = database.prepare("SELECT count(*) AS n FROM deliveries");
  const oldest = "FROM deliveries WHERE reply IS NOT NULL ORDER BY until LIMIT ?";
  const countRepeatable = database.prepare(`SELECT count(*) AS n FROM (SELECT until ${oldest}) WHERE until > ?`);
  const sweepOldest = database.prepare(`DELETE FROM deliveries WHERE key IN (SELECT key ${oldest}) AND ? = 1`);

  let isFull: boolean | undefined;
  let now = Number.NEGATIVE_INFINITY;
  let sweptAt = Number.NEGATIVE_INFINITY;
  let written = 0;

  const numberIn = ([row]: readonly unknown[]): number => Number((row as { readonly n: unknown } | undefined)?.n);

  const begin = (key: string, claim: Claim): CallResult => {
    now = claim.now;
    const digest = digestOf(key);
    const [row] = find.all(digest, now) as readonly Readonly<Record<string, unknown>>[];
    if (row !== undefined && row.reply !== null) return readReply(row.reply);
    if (row !== undefined && isLeased({ now: Number(row.begun), leaseUntil: Number(row.until) }, now)) {
      return { state: "running" };
    }
    put.run(digest, claim.leaseUntil, Buffer.from(claim.owner), now, null);
    return { state: "new" };
  };

  const apply = (call: StoreCall): CallResult => {
    written += 1;
    if (call.does === "begin") return begin(call.key, call.claim);
    if (call.does === "fail") free.run(digestOf(call.key), Buffer.from(call.owner));
    else put.run(digestOf(call.key), call.reply.keepUntil, null, null, Buffer.from(JSON.stringify(call.reply)));
    return undefined;
  };

  /** Deletes what is over, then the oldest above the limit. A few at a time, so that deliveries do not wait long. */
  const sweep = (): number => {
    // The clock may have been set back.
    const isTime = Math.abs(now - sweptAt) >= sweepInterval || written > maxEntries / 100;
    if (!isTime || now === Number.NEGATIVE_INFINITY) return 0;
    const over = Number(sweepOver.run(now, mostSwept).changes);
    const excess = Math.min(numberIn(count.all()) - maxEntries, mostSwept);
    let forgotten = 0;
    if (excess > 0) {
      forgotten = numberIn(countRepeatable.all(excess, now + keepMilliseconds - retryMilliseconds));
      sweepOldest.run(excess, 1);
    }
    if (over < mostSwept && excess < mostSwept) {
      sweptAt = now;
      written = 0;
    }
    return forgotten;
  };

  /**
   * Only a verdict must survive a power cut: a claim is worth nothing when its process is gone. The disk keeps the order, so that a
   * commit that waits for the disk also keeps the commits before it.
   */
  const waitForDisk = (calls: readonly StoreCall[]): void => {
    const isNeeded = synchronous === "full" && calls.some(({ does }) => does === "finish");
    if (isNeeded === isFull) return;
    database.exec(`PRAGMA synchronous = ${isNeeded ? "FULL" : "NORMAL"}`);
    isFull = isNeeded;
  };

  return {
    run(calls) {
      waitForDisk(calls);
      database.exec("BEGIN IMMEDIATE");
      try {
        const results = calls.map(apply);
        const forgotten = sweep();
        database.exec("COMMIT");
        return { results, forgotten };
      } catch (error) {
        try {
          database.exec("ROLLBACK");
        } catch {
          // After some errors SQLite has already done it.
        }
        throw error;
      }
    },
  };
}
