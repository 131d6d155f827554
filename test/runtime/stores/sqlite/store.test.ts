import { existsSync } from "node:fs";
import { mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ConfigError } from "../../../../runtime/index.js";
import { retrySchedule } from "../../../../runtime/platform/deliver-with-retries.js";
import { keepMilliseconds, retryMilliseconds } from "../../../../runtime/stores/delivery-store.js";
import {
  createSqliteStore,
  openSqliteStore,
  type SqliteEngines,
  type SqliteStore,
  type SqliteStoreOptions,
} from "../../../../runtime/stores/sqlite/store.js";
import { createTestLogger } from "../../../support/deliveries.js";
import { keepsThePromises } from "../conformance.js";
import { claimAt, engines, faultyEngine, hour, libsql, reply } from "./engines.js";

const done = { state: "done", reply };
const fresh = { state: "new" };
const running = { state: "running" };

let work: string;
let opened: SqliteStore[];
beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), "kiket-gen-sqlite-"));
  opened = [];
});
afterEach(async () => {
  for (const store of opened) await store.close();
  vi.useRealTimers();
  await rm(work, { recursive: true, force: true });
});

async function open(engine: SqliteEngines, options: Partial<SqliteStoreOptions> = {}): Promise<SqliteStore> {
  const store = await openSqliteStore({ path: join(work, "store.db"), ...options }, engine);
  opened.push(store);
  return store;
}

describe.each(engines)("the store on %s", (_name, engine) => {
  keepsThePromises({ open: () => openSqliteStore({ path: join(work, "new", "store.db") }, engine), isLasting: true });

  test("what is over is deleted, a thousand at a time", async () => {
    const store = await open(engine);
    await Promise.all(
      Array.from({ length: 2_500 }, (_, index) => store.finish(`${index}`, { ...reply, keepUntil: hour + index })),
    );
    await store.finish("last", { ...reply, keepUntil: 3 * hour });
    expect(await store.begin("2499", claimAt(hour))).toMatchObject({ state: "done" });
    for (let index = 0; index < 4; index += 1) await store.begin("sweeping", claimAt(2 * hour));
    expect(await store.begin("last", claimAt(2 * hour))).toMatchObject({ state: "done" });
    // By a clock before their end they would still be answered, had they not been deleted.
    expect(await store.begin("2499", claimAt(0))).toEqual(fresh);
    expect(await store.begin("0", claimAt(0))).toEqual(fresh);
  });

  test("above the number of entries the oldest finished one is deleted, never a running one", async () => {
    const logger = createTestLogger();
    const store = await open(engine, { maxEntries: 3, logger });
    await store.begin("running", claimAt(0));
    // The first two were finished 11 and 10 hours ago, by the 24 hours that each is kept.
    const finished = { a: 13 * hour, b: 14 * hour, c: 24 * hour };
    for (const [key, keepUntil] of Object.entries(finished)) await store.finish(key, { ...reply, keepUntil });
    expect(await store.begin("b", claimAt(1))).toMatchObject({ state: "done" });
    expect(await store.begin("running", claimAt(1))).toEqual(running);
    expect(logger.lines).toEqual([]);
    expect(await store.begin("a", claimAt(1))).toEqual(fresh);
    expect(await store.begin("c", claimAt(1))).toMatchObject({ state: "done" });
    expect(logger.lines).toContainEqual({
      level: "warn",
      message: "The delivery store is full, and forgets deliveries that Kiket may repeat: raise maxEntries",
      fields: { forgotten: 1, maxEntries: 3, path: join(work, "store.db") },
    });
    expect(await store.begin("running", claimAt(2))).toEqual(running);
    expect(await store.begin("b", claimAt(2))).toEqual(fresh);
  });

  test("after the clock was set back, a claim from the future is over", async () => {
    const store = await open(engine);
    await store.begin("a", claimAt(10 * hour));
    // The clocks of two processes may differ by a minute.
    expect(await store.begin("a", claimAt(10 * hour - 60_000, "two"))).toEqual(running);
    expect(await store.begin("a", claimAt(10 * hour - 60_001, "two"))).toEqual(fresh);
    expect(await store.begin("a", claimAt(10 * hour - 60_000, "three"))).toEqual(running);
    await store.finish("b", { ...reply, keepUntil: 34 * hour });
    expect(await store.begin("b", claimAt(9 * hour))).toMatchObject({ state: "done" });
  });

  test("a key or an owner with half a surrogate pair is not another one", async () => {
    const store = await open(engine);
    expect(await store.begin("\ud800", claimAt(0))).toEqual(fresh);
    expect(await store.begin("\ud801", claimAt(0))).toEqual(fresh);
    const odd = { ...reply, subject: "\ud800\u0000", body: "\udfff\u0000x" };
    await store.finish("\ud800", odd);
    expect(await store.begin("\ud800", claimAt(1))).toEqual({ state: "done", reply: odd });
  });

  test("closing waits for the calls before it, and refuses those after it", async () => {
    const store = await open(engine);
    const calls = [store.begin("a", claimAt(0)), store.finish("b", reply)];
    const closing = [store.close(), store.close()];
    await expect(store.begin("c", claimAt(0))).rejects.toThrow("The delivery store is closed");
    expect(await Promise.all(calls)).toEqual([fresh, undefined]);
    await Promise.all(closing);
    await store.close();
    // Everything is in one file, and its owner alone can read it.
    expect(existsSync(join(work, "store.db-wal"))).toBe(false);
    if (process.platform !== "win32") expect((await stat(join(work, "store.db"))).mode & 0o777).toBe(0o600);
    const again = await open(engine);
    expect(await again.begin("b", claimAt(1))).toEqual(done);
  });

  test.each(["deleted", "replaced"])("a file that is %s is opened again, and its user is warned", async (what) => {
    const logger = createTestLogger();
    const store = await open(engine, { logger });
    await store.finish("a", reply);
    if (what === "replaced") {
      const other = await openSqliteStore({ path: join(work, "other.db") }, engine);
      await other.finish("from the other", reply);
      await other.close();
    }
    for (const end of ["", "-wal", "-shm"]) await rm(join(work, `store.db${end}`));
    if (what === "replaced") await rename(join(work, "other.db"), join(work, "store.db"));
    await store.finish("b", reply);
    expect(logger.lines).toMatchObject([
      { level: "warn", message: expect.stringMatching(/^The file of the delivery store was deleted or replaced/) },
    ]);
    const other = await open(engine);
    expect(await other.begin("b", claimAt(1))).toEqual(done);
    expect(await other.begin("a", claimAt(1))).toEqual(fresh);
    expect(await other.begin("from the other", claimAt(1))).toEqual(what === "replaced" ? done : fresh);
    expect(await store.begin("a", claimAt(2))).toEqual(running);
  });

  test("while the name leads to something else, every call fails, and nothing is written to it", async () => {
    const store = await open(engine, { logger: createTestLogger() });
    await store.finish("a", reply);
    for (const end of ["", "-wal", "-shm"]) await rename(join(work, `store.db${end}`), join(work, `kept${end}`));
    await writeFile(join(work, "store.db"), "my notes");
    await expect(store.begin("b", claimAt(0))).rejects.toThrow("it is not a database: choose another path");
    await expect(store.begin("b", claimAt(0))).rejects.toThrow("choose another path");
    expect(await readFile(join(work, "store.db"), "utf8")).toBe("my notes");
  });
});

describe("what fails in the thread", () => {
  test("a full disk fails the calls, until there is space", async () => {
    const full = `throw Object.assign(new Error("database or disk is full"), { rawCode: 13 });`;
    const { engine, setFault } = faultyEngine(work, full);
    const store = await open(engine);
    await store.finish("a", reply);
    setFault(true);
    await expect(store.begin("b", claimAt(0))).rejects.toThrow("database or disk is full: free space on the disk");
    await expect(store.finish("b", reply)).rejects.toThrow("disk is full");
    setFault(false);
    expect(await store.begin("a", claimAt(1))).toEqual(done);
    expect(await store.begin("b", claimAt(1))).toEqual(fresh);
  });

  test("the calls of a thread that ends by itself fail, and another one is started", async () => {
    const { engine, setFault } = faultyEngine(work, "process.exit(3);");
    const store = await open(engine);
    await store.finish("a", reply);
    setFault(true);
    const failed = [store.begin("b", claimAt(0)), store.begin("c", claimAt(0))];
    for (const result of await Promise.allSettled(failed)) {
      expect(result).toMatchObject({
        status: "rejected",
        reason: { message: expect.stringContaining("its thread ended") },
      });
    }
    setFault(false);
    // Not within a second: a thread that always fails must not be started for every delivery.
    await expect.poll(() => store.begin("a", claimAt(1)).catch(() => "failed"), { timeout: 20_000 }).toEqual(done);
    expect(await store.begin("b", claimAt(1))).toEqual(fresh);
  });

  test("so it is for a thread that fails between two calls", async () => {
    const { engine, setFault } = faultyEngine(work, `queueMicrotask(() => { throw new Error("out of order"); });`);
    const store = await open(engine);
    setFault(true);
    await store.finish("a", reply);
    setFault(false);
    await expect.poll(() => store.begin("a", claimAt(1)).catch(() => "failed"), { timeout: 20_000 }).toEqual(done);
  });

  test("a thread that does not answer is left alone, and another one is started", async () => {
    const stuck = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_000);";
    const { engine, setFault } = faultyEngine(work, stuck);
    const store = await open(engine);
    await store.finish("a", reply);
    setFault(true);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const failed = expect(store.begin("b", claimAt(0))).rejects.toThrow("no answer within 30 s");
    await new Promise((resolve) => setImmediate(resolve));
    vi.advanceTimersByTime(30_000);
    await failed;
    vi.useRealTimers();
    setFault(false);
    await expect.poll(() => store.begin("a", claimAt(1)).catch(() => "failed"), { timeout: 20_000 }).toEqual(done);
  });

  test("closing a store whose thread has ended is not a hang", async () => {
    const { engine, setFault } = faultyEngine(work, "process.exit(3);");
    const store = await open(engine);
    setFault(true);
    const failed = expect(store.begin("a", claimAt(0))).rejects.toThrow("its thread ended");
    await store.close();
    await failed;
    await store.close();
  });
});

test("a reply is kept longer than Kiket tries again", () => {
  expect(retryMilliseconds).toBe(retrySchedule.reduce((sum, wait) => sum + wait, 0));
  expect(keepMilliseconds).toBeGreaterThan(2 * retryMilliseconds);
});

describe("what is a mistake of the configuration", () => {
  test.each([
    ["", "must be the path of a file"],
    [undefined, "must be the path of a file"],
    ["a\0b", "must not contain a NUL character"],
    ["file:store.db", "must not be a URL"],
    ["FILE:///store.db", "must not be a URL"],
    ["libsql://host/store", "must not be a URL"],
    ["store/", "must not be a folder"],
    [":memory:", 'use createMemoryStore, not ":memory:"'],
  ])("the path %j", async (path, message) => {
    const opening = createSqliteStore({ path: path as string });
    await expect(opening).rejects.toThrow(ConfigError);
    await expect(createSqliteStore({ path: path as string })).rejects.toThrow(message);
  });

  test("other options", async () => {
    const path = join(work, "store.db");
    await expect(createSqliteStore({ path, synchronous: "off" as "full" })).rejects.toThrow(
      'synchronous of the delivery store must be "full" or "normal".',
    );
    await expect(createSqliteStore({ path, maxEntries: 0 })).rejects.toThrow(
      "maxEntries must be a whole number from 1 to",
    );
    expect(existsSync(path)).toBe(false);
  });

  test("no SQLite: says what to install, and makes no file", async () => {
    await expect(open({ builtin: false, libsql: undefined })).rejects.toThrow(
      /store\.db cannot be opened: this Node has no SQLite that is ready for use: npm install libsql, or use Node 24/,
    );
    await writeFile(join(work, "libsql.cjs"), 'require("@libsql/plan9-x64");');
    const opening = open({ ...libsql, libsql: join(work, "libsql.cjs") });
    await expect(opening).rejects.toThrow(ConfigError);
    await expect(opening).rejects.toThrow(
      "the package libsql has no binary for this system (Cannot find module '@libsql/plan9-x64'): install it",
    );
    expect(existsSync(join(work, "store.db"))).toBe(false);
  });
});
