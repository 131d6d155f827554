import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import Libsql from "libsql";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ConfigError } from "../../../../runtime/index.js";
import { openDatabase } from "../../../../runtime/stores/sqlite/database.js";
import { loadEngine, type OpenFile } from "../../../../runtime/stores/sqlite/engine.js";
import { sharedFileSystem } from "../../../../runtime/stores/sqlite/file.js";
import { openSqliteStore, type SqliteEngines } from "../../../../runtime/stores/sqlite/store.js";
import { root } from "../../../support/project.js";
import { claimAt, engines, hour, reply } from "./engines.js";

let work: string;
beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), "kiket-gen-sqlite-"));
});
afterEach(() => rm(work, { recursive: true, force: true }));

/** Opens a store, uses it, and closes it. */
async function use(engine: SqliteEngines, path: string): Promise<string> {
  const store = await openSqliteStore({ path }, engine);
  try {
    await store.finish("a", reply);
    return (await store.begin("a", claimAt(1))).state;
  } finally {
    await store.close();
  }
}

async function refusal(engine: SqliteEngines, path: string): Promise<string> {
  const error = await use(engine, path).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(ConfigError);
  const { message } = error as ConfigError;
  expect(message.startsWith(`The delivery store at ${path} cannot be opened: `)).toBe(true);
  return message.slice(`The delivery store at ${path} cannot be opened: `.length);
}

const isPosix = process.platform !== "win32";

describe.each(engines)("with %s, a path", (_name, engine) => {
  test.each(["what? #1.db", "ü %20é.db", "a'b\";--.db", "a&mode=memory", "-v"])("may be any name: %s", async (name) => {
    if (!isPosix) return;
    expect(await use(engine, join(work, name))).toBe("done");
    expect(await readdir(work)).toEqual([name]);
  });

  test("may be relative, and its folders are made", async () => {
    expect(await use(engine, relative(process.cwd(), join(work, "not/yet/there.db")))).toBe("done");
    expect(await readdir(join(work, "not/yet"))).toEqual(["there.db"]);
  });

  test("may be a symbolic link to a store, which is then the same store", async () => {
    mkdirSync(join(work, "real"));
    const store = await openSqliteStore({ path: join(work, "real/store.db") }, engine);
    symlinkSync(join(work, "real/store.db"), join(work, "link.db"));
    const other = await openSqliteStore({ path: join(work, "link.db") }, engine);
    expect(await store.begin("a", claimAt(0))).toEqual({ state: "new" });
    expect(await other.begin("a", claimAt(0, "two"))).toEqual({ state: "running" });
    await store.close();
    await other.close();
    expect(await readdir(work)).toEqual(["link.db", "real"]);
    symlinkSync(join(work, "nowhere"), join(work, "broken.db"));
    expect(await refusal(engine, join(work, "broken.db"))).toBe("it is a symbolic link to a file that does not exist");
    expect(existsSync(join(work, "nowhere"))).toBe(false);
  });

  test("must not be anything but a file", async () => {
    mkdirSync(join(work, "folder"));
    expect(await refusal(engine, join(work, "folder"))).toBe("it is a folder: give the path of a file in it");
    if (!isPosix) return;
    expect(await refusal(engine, "/dev/null")).toBe("it is not a regular file");
    expect(await refusal(engine, "/dev/null/store.db")).toMatch(/^E(NOTDIR|EXIST)/);
    execFileSync("mkfifo", [join(work, "pipe")]);
    expect(await refusal(engine, join(work, "pipe"))).toBe("it is not a regular file");
    if (process.platform !== "linux") return;
    expect(await refusal(engine, "/dev/full")).toBe("it is not a regular file");
    expect(await refusal(engine, "/proc/x")).toMatch(/^ENOENT/);
    expect(await refusal(engine, "/proc/x/y")).toMatch(/^ENOENT/);
    expect(await refusal(engine, "/proc/self/status")).toMatch(/^E(ACCES|PERM)|^unable|^attempt|^it is|^disk/);
    expect(await refusal(engine, join(work, "x".repeat(300)))).toMatch(/^ENAMETOOLONG/);
  });

  test.runIf(isPosix)("must be one that this process may write", () => {
    writeFileSync(join(work, "read-only.db"), "");
    mkdirSync(join(work, "closed"));
    writeFileSync(join(work, "closed/store.db"), "");
    for (const path of ["read-only.db", "closed"]) chmodSync(join(work, path), path === "closed" ? 0o555 : 0o444);
    const isRoot = process.getuid?.() === 0;
    // Root may write everything. It has to be somebody else.
    if (isRoot) chmodSync(work, 0o755);
    const program = `
      if (${isRoot}) { process.setgid(65534); process.setuid(65534); }
      import(${JSON.stringify(join(root, "dist/runtime/sqlite.js"))}).then(async ({ createSqliteStore }) => {
        for (const path of process.argv.slice(1)) await createSqliteStore({ path }).catch((e) => console.log(e.name, e.message));
      });`;
    const paths = ["read-only.db", "closed/store.db", "closed/new.db", "closed/folder/new.db"].map((p) =>
      join(work, p),
    );
    const { stdout } = spawnSync(process.execPath, ["-e", program, ...paths], { encoding: "utf8" });
    const refused = stdout.trimEnd().split("\n");
    expect(refused).toHaveLength(4);
    for (const [index, line] of refused.entries()) {
      expect(line).toContain(
        `ConfigError The delivery store at ${paths[index]} cannot be opened: EACCES: permission denied`,
      );
    }
    expect(existsSync(join(work, "closed/new.db"))).toBe(false);
  });
});

describe.each(engines)("with %s, a file", (_name, engine) => {
  const damaged = /^it is damaged(, or not a database)?: move it away|^it is not a database: choose/;
  let path: string;
  beforeEach(() => {
    path = join(work, "store.db");
  });

  /** A store of some pages, all in one file. */
  async function fill(): Promise<Buffer> {
    const store = await openSqliteStore({ path }, engine);
    await Promise.all(Array.from({ length: 500 }, (_, index) => store.finish(`${index}`, reply)));
    await store.close();
    return readFileSync(path);
  }

  test.each<[string, (whole: Buffer) => Uint8Array]>([
    ["one letter", () => Buffer.from("x")],
    ["text", () => Buffer.from("# my notes\n".repeat(1_000))],
    ["zeros", () => Buffer.alloc(8_192)],
    ["a head alone", (whole) => whole.subarray(0, 100)],
    ["half a page", (whole) => whole.subarray(0, 2_000)],
    ["half of its pages", (whole) => whole.subarray(0, Math.floor(whole.length / 8192) * 4096)],
    [
      "garbage after its first page",
      (whole) => Buffer.concat([whole.subarray(0, 4_096), whole.subarray(4_096).fill(0xa5)]),
    ],
    [
      "garbage in its first page",
      (whole) => Buffer.concat([whole.subarray(0, 100), Buffer.alloc(3_996, 0xff), whole.subarray(4_096)]),
    ],
    [
      "a page twice",
      (whole) => Buffer.concat([whole.subarray(0, 8_192), whole.subarray(4_096, 8_192), whole.subarray(12_288)]),
    ],
  ])("that is damaged is refused, and stays as it is: %s", async (_what, damage) => {
    const bytes = Buffer.from(damage(Buffer.from(await fill())));
    writeFileSync(path, bytes);
    expect(await refusal(engine, path)).toMatch(damaged);
    expect(readFileSync(path).equals(bytes)).toBe(true);
    expect((await readdir(work)).filter((name) => !name.startsWith("store.db"))).toEqual([]);
  });

  test.each<[string, () => void]>([
    ["cut off", () => truncateSync(path, 5_000)],
    ["overwritten", () => writeFileSync(path, Buffer.alloc(5_000_000, 0xa5), { flag: "r+" })],
  ])("whose pages are %s while it is open fails the calls, and never the process", async (_what, damage) => {
    // More than SQLite keeps in memory.
    const long = { ...reply, body: JSON.stringify("x".repeat(50_000)) };
    const store = await openSqliteStore({ path }, engine);
    await Promise.all(Array.from({ length: 100 }, (_, index) => store.finish(`${index}`, long)));
    await store.close();
    const again = await openSqliteStore({ path }, engine);
    damage();
    const states = [];
    for (let index = 0; index < 100; index += 1) states.push(await again.begin(`${index}`, claimAt(1)).catch(String));
    expect(states.filter((state) => typeof state === "string").length).toBeGreaterThan(10);
    for (const state of states) if (typeof state === "object") expect(state).toEqual({ state: "done", reply: long });
    expect(await again.begin("another", claimAt(1)).catch(String)).toMatch(/KiketError: .* it is damaged.*: move it/);
    await again.close();
  });

  test("with a damaged text in a whole page: one delivery fails, and no process", async () => {
    const whole = await fill();
    const at = whole.indexOf('"issue.created');
    writeFileSync(path, whole.fill(0xff, at, at + 10));
    const store = await openSqliteStore({ path }, engine);
    const all = await Promise.allSettled(
      Array.from({ length: 500 }, (_, index) => store.begin(`${index}`, claimAt(1))),
    );
    const failed = all.filter(({ status }) => status === "rejected");
    expect(failed.length).toBeLessThanOrEqual(1);
    await store.close();
  });

  test.each<[string, Uint8Array]>([
    ["garbage", Buffer.alloc(20_000, 0xa5)],
    ["zeros", Buffer.alloc(20_000)],
    ["nothing", Buffer.alloc(0)],
  ])("keeps what it has if its log is %s", async (_what, bytes) => {
    await fill();
    writeFileSync(`${path}-wal`, bytes);
    writeFileSync(`${path}-shm`, bytes);
    const store = await openSqliteStore({ path }, engine);
    expect(await store.begin("499", claimAt(1))).toEqual({ state: "done", reply });
    await store.close();
  });

  test.each(["DELETE", "WAL"])("that is another program's database is not touched, in mode %s", async (mode) => {
    const other = new Libsql(path);
    other.exec(`PRAGMA journal_mode = ${mode}; CREATE TABLE invoices (id INTEGER)`);
    other.close();
    const before = readFileSync(path);
    expect(await refusal(engine, path)).toBe("it is a database of another program: choose another path");
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(await readdir(work)).toEqual(["store.db"]);
  });

  test("of a newer kiket-gen is not touched", async () => {
    await fill();
    const newer = new Libsql(path);
    newer.exec("PRAGMA user_version = 2");
    newer.close();
    const before = readFileSync(path);
    expect(await refusal(engine, path)).toMatch(/^a newer version of kiket-gen wrote it: update kiket-gen/);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test("that one engine made can be used with the other", async () => {
    await fill();
    for (const [, other] of engines) {
      const store = await openSqliteStore({ path }, other);
      expect(await store.begin("7", claimAt(hour - 1))).toEqual({ state: "done", reply });
      await store.close();
    }
  });
});

test.each(engines)("with %s, is opened while another process makes its tables, at any step", (_name, engine) => {
  const openFile = loadEngine(engine);
  let others = 0;
  /** Has a neighbour that opens the same new file after the first answer of this one. */
  const withNeighbour: OpenFile = (path) => {
    const database = openFile(path);
    return {
      exec: (sql) => database.exec(sql),
      close: () => database.close(),
      prepare(sql) {
        const statement = database.prepare(sql);
        const all = (...values: readonly unknown[]) => {
          const rows = statement.all(...values);
          others += 1;
          if (others === 1) openDatabase(openFile, path).close();
          return rows;
        };
        return { run: (...values) => statement.run(...values), all };
      },
    };
  };
  const path = join(work, "shared.db");
  const database = openDatabase(withNeighbour, path);
  expect(others).toBeGreaterThan(0);
  expect(database.prepare("SELECT application_id FROM pragma_application_id").all()).toEqual([
    expect.objectContaining({ application_id: 0x4b676473 }),
  ]);
  database.close();
});

test("file systems that machines share are known by their numbers, also negative ones", () => {
  expect([0x6969, 0x65735546, 0x01021997, 0xff534d42, 0xff534d42 | 0].map(sharedFileSystem)).toEqual([
    "NFS",
    "FUSE",
    "9p",
    "SMB",
    "SMB",
  ]);
  // ext4, XFS, Btrfs, overlay, tmpfs, ZFS; APFS and NTFS give small numbers.
  expect([0xef53, 0x58465342, 0x9123683e, 0x794c7630, 0x01021994, 0x2fc12fc1, 26, 0].map(sharedFileSystem)).toEqual(
    Array(8).fill(undefined),
  );
});
