import { execFileSync, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createExtension, defineHandler, type Extension } from "../../runtime/index.js";
import { openSqliteStore, type SqliteStore } from "../../runtime/stores/sqlite/store.js";
import { engines, faultyEngine } from "../runtime/stores/sqlite/engines.js";
import { createTestLogger, requestNow } from "../support/deliveries.js";
import { openKiket } from "../support/open-kiket.js";

const kiket = await openKiket();
let work: string;
let runs: string[];
let logger: ReturnType<typeof createTestLogger>;
let extension: Extension | undefined;

beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), "kiket-gen-store-"));
  runs = [];
  logger = createTestLogger();
});
afterEach(async () => {
  await extension?.close();
  spawnSync("umount", ["-l", join(work, "disk")], { stdio: "ignore" });
  await rm(work, { recursive: true, force: true });
});

const handler = defineHandler({ event: "issue.created", version: "v1" }, (_payload, { deliveryId }) => {
  runs.push(deliveryId);
  return { text: "x".repeat(5_000) };
});

function use(deliveryStore: SqliteStore): void {
  extension = createExtension({ baseUrl: kiket.baseUrl, handlers: [handler], deliveryStore, logger, env: {} });
}

async function deliver(id: string): Promise<number> {
  return (await extension?.fetch(await requestNow(kiket.key, id)))?.status ?? 0;
}

/** A disk of one megabyte; undefined if this process may not mount one. */
async function mountSmallDisk(): Promise<string | undefined> {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return undefined;
  const disk = join(work, "disk");
  await mkdir(disk);
  return spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]).status === 0 ? disk : undefined;
}

describe.each(engines)("the durable store on %s", (_name, engine) => {
  test("on a full disk: 503 and no run, until there is space", async ({ skip }) => {
    const disk = await mountSmallDisk();
    if (disk === undefined) return skip();
    use(await openSqliteStore({ path: join(disk, "store.db") }, engine));
    expect(await deliver("first")).toBe(200);
    await writeFile(join(disk, "filler"), Buffer.alloc(900_000));
    let count = 0;
    while ((await deliver(`dlv_${count}`)) !== 503 && count < 200) count += 1;
    expect(count).toBeLessThan(200);
    const before = runs.length;
    expect([await deliver("later"), await deliver("later")]).toEqual([503, 503]);
    expect(runs).toHaveLength(before);
    expect(logger.lines).toContainEqual(
      expect.objectContaining({ level: "error", message: "The delivery store failed" }),
    );
    await rm(join(disk, "filler"));
    expect([await deliver("later"), await deliver("first")]).toEqual([200, 200]);
    expect(runs.filter((id) => id === "first")).toHaveLength(1);
    await extension?.close();
    // Where there is no space at the start, the reason is told.
    await rm(join(disk, "store.db"));
    await writeFile(join(disk, "filler"), Buffer.alloc(1_048_576)).catch(() => undefined);
    const opening = openSqliteStore({ path: join(disk, "store.db") }, engine);
    await expect(opening).rejects.toThrow(/cannot be opened: .*( full: free space on the disk$|ENOSPC)/);
    execFileSync("umount", ["-l", disk]);
  });

  test("whose file becomes something else: 503, and it goes on once the file is there again", async () => {
    const path = join(work, "store.db");
    use(await openSqliteStore({ path, logger }, engine));
    expect(await deliver("first")).toBe(200);
    for (const end of ["", "-wal", "-shm"]) await rename(path + end, `${path}.kept${end}`);
    await writeFile(path, Buffer.alloc(20_000, 0xa5));
    expect([await deliver("second"), await deliver("third")]).toEqual([503, 503]);
    expect(runs).toEqual(["first"]);
    for (const end of ["", "-wal", "-shm"]) await rename(`${path}.kept${end}`, path + end);
    await expect.poll(() => deliver("second"), { timeout: 20_000, interval: 200 }).toBe(200);
    expect(await deliver("first")).toBe(200);
    expect(runs).toEqual(["first", "second"]);
  });
});

test.each([
  ["whose disk cannot be written", `throw Object.assign(new Error("disk I/O error"), { rawCode: 778 });`],
  ["whose thread ends", "process.exit(1);"],
])("a durable store %s: 503 and no run, and deliveries pass afterwards", async (_what, fault) => {
  const { engine, setFault } = faultyEngine(work, fault);
  use(await openSqliteStore({ path: join(work, "store.db") }, engine));
  expect(await deliver("first")).toBe(200);
  setFault(true);
  expect([await deliver("second"), await deliver("second")]).toEqual([503, 503]);
  expect(runs).toEqual(["first"]);
  setFault(false);
  await expect.poll(() => deliver("second"), { timeout: 20_000, interval: 200 }).toBe(200);
  expect(await deliver("first")).toBe(200);
  expect(runs).toEqual(["first", "second"]);
});
