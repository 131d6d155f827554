import { ConfigError, reasonOf } from "../../base/errors.js";
import { isDamage, type OpenFile, type SqliteDatabase, sqliteBusy, sqliteCode } from "./engine.js";

/** In the head of the file: says that it is ours. The letters "Kgds". */
const applicationId = 0x4b676473;
/** Of the tables below. A file with a later one was written by a later kiket-gen. */
const schemaVersion = 1;
/** Milliseconds to wait for another process that writes. */
const patience = 5_000;

// A text that SQLite stores would end at its first NUL, and cannot have half a surrogate pair. So keys are digests, and a reply is
// JSON, in bytes: a new member of a reply needs no new column. Times are REAL, because they are JavaScript's numbers. A claim has
// `owner` and `begun`, and `until` is the end of its lease. A finished delivery has `reply`, and `until` is the time until which it is kept.
const schema = `
  CREATE TABLE IF NOT EXISTS deliveries (
    key BLOB PRIMARY KEY NOT NULL, until REAL NOT NULL, owner BLOB, begun REAL, reply BLOB
  );
  CREATE INDEX IF NOT EXISTS deliveries_until ON deliveries (until);
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${schemaVersion};`;

const damageAdvice =
  "move it away, with the files of the same name that end in -wal and -shm, and start again; deliveries that finished before may then run again";

/** The bytes of a value that was stored as a BLOB: libsql gives an ArrayBuffer, Node an Uint8Array. */
export function storedBytes(value: unknown): Buffer {
  return value instanceof ArrayBuffer ? Buffer.from(value) : Buffer.from(value as Uint8Array);
}

/** Whether the file is ours; false if it is empty. Changes nothing in it. */
function isOurs(database: SqliteDatabase): boolean {
  // One statement, which sees one state of the file: another process may make the tables between two of them.
  const [head] = database
    .prepare(
      `SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master) AS tables
       FROM pragma_application_id, pragma_user_version`,
    )
    .all() as readonly Record<"application_id" | "user_version" | "tables", unknown>[];
  const [id, version, tables] = [head?.application_id, head?.user_version, head?.tables].map(Number);
  if (id === 0 && version === 0 && tables === 0) return false;
  if (id !== applicationId) throw new ConfigError("it is a database of another program: choose another path");
  if (Number(version) > schemaVersion) {
    throw new ConfigError("a newer version of kiket-gen wrote it: update kiket-gen, or choose another path");
  }
  return true;
}

function checkPages(database: SqliteDatabase): void {
  const [row] = database
    .prepare("SELECT CAST(quick_check AS BLOB) AS text FROM pragma_quick_check LIMIT 1")
    .all() as readonly { readonly text: unknown }[];
  const text = storedBytes(row?.text).toString("latin1");
  if (text !== "ok") throw new ConfigError(`it is damaged: ${damageAdvice}`);
}

function setUp(database: SqliteDatabase): void {
  // Never mapped: a file that another program cuts off would end the process.
  database.exec(`PRAGMA busy_timeout = ${patience}; PRAGMA mmap_size = 0; PRAGMA trusted_schema = OFF;`);
  if (isOurs(database)) checkPages(database);
  const [mode] = database.prepare("PRAGMA journal_mode = WAL").all() as readonly { readonly journal_mode: unknown }[];
  if (mode?.journal_mode !== "wal")
    throw new ConfigError("SQLite cannot use its WAL mode there: choose another folder");
  // Also shows whether the file can be written. Another process may do the same at this time.
  database.exec("BEGIN IMMEDIATE");
  database.exec(schema);
  database.exec("COMMIT");
}

function sleepSync(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function openOnce(openFile: OpenFile, path: string): SqliteDatabase {
  const database = openFile(path);
  try {
    setUp(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Opens the database, and makes its tables where the file is empty.
 * @throws {ConfigError} if the file is damaged, not ours, or in use by another program for longer than 5 s.
 */
export function openDatabase(openFile: OpenFile, path: string): SqliteDatabase {
  const until = performance.now() + patience;
  for (;;) {
    try {
      return openOnce(openFile, path);
    } catch (error) {
      if (isDamage(error)) throw new ConfigError(`it is damaged, or not a database: ${damageAdvice}`, { cause: error });
      if (sqliteCode(error) !== sqliteBusy) throw error;
      // SQLite does not wait when two processes change the mode at the same time.
      if (performance.now() > until)
        throw new ConfigError(`another program uses it (${reasonOf(error)})`, { cause: error });
      sleepSync(20);
    }
  }
}
