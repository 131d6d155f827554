import { createRequire } from "node:module";
import { ConfigError, reasonOf } from "../../base/errors.js";
import { builtinWithoutWarning } from "../../base/process.js";
import type { ThreadData } from "./protocol.js";

// What `node:sqlite` and libsql have in common. With libsql, a statement whose only value is a `Buffer` ends the process, and so does
// reading a text that is not UTF-8, as in a damaged file. So no statement has one value, and texts are stored as bytes.
export interface SqliteStatement {
  run(...values: readonly unknown[]): { readonly changes: number | bigint };
  all(...values: readonly unknown[]): readonly unknown[];
}

export interface SqliteDatabase {
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
  close(): void;
}

export type OpenFile = (path: string) => SqliteDatabase;

type DatabaseClass = new (path: string) => SqliteDatabase;

const withoutEngine = "use Node 24 or newer, which has SQLite";

/**
 * Node's own SQLite, where this Node loads it without a flag and without a warning, else libsql.
 * @throws {ConfigError} if there is neither.
 */
export function loadEngine({ builtin, libsql }: Pick<ThreadData, "builtin" | "libsql">): OpenFile {
  const own = builtin
    ? (builtinWithoutWarning("node:sqlite") as { DatabaseSync?: DatabaseClass } | undefined)
    : undefined;
  const { DatabaseSync } = own ?? {};
  if (DatabaseSync !== undefined) return (path) => new DatabaseSync(path);
  if (libsql === undefined) {
    throw new ConfigError(`this Node has no SQLite that is ready for use: npm install libsql, or ${withoutEngine}`);
  }
  try {
    const Libsql = createRequire(libsql)(libsql) as DatabaseClass;
    return (path) => new Libsql(path);
  } catch (cause) {
    const [reason] = reasonOf(cause).split("\n");
    throw new ConfigError(
      `the package libsql has no binary for this system (${reason}): install it with its optional dependencies, or ${withoutEngine}`,
      { cause },
    );
  }
}

/** SQLite's own number of the error, without details; undefined if it is another error. */
export function sqliteCode(error: unknown): number | undefined {
  const { errcode, rawCode } = error as { readonly errcode?: unknown; readonly rawCode?: unknown };
  const code = errcode ?? rawCode;
  return typeof code === "number" ? code & 0xff : undefined;
}

// https://www.sqlite.org/rescode.html
export const sqliteBusy = 5;
const sqliteFull = 13;
const sqliteReadOnly = 8;
const sqliteInputOutput = 10;
const sqliteCorrupt = 11;
const sqliteCannotOpen = 14;
const sqliteNotDatabase = 26;

/** What happened, and what the user can do. */
export function sqliteReason(error: unknown): string {
  return reasonOf(error) + (sqliteCode(error) === sqliteFull ? ": free space on the disk" : "");
}

/** Whether the error says that the content of the file is not what SQLite wrote. */
export function isDamage(error: unknown): boolean {
  return [sqliteCorrupt, sqliteNotDatabase].includes(sqliteCode(error) ?? 0);
}

/** Whether the connection is of no use after the error. After others, such as a full disk, it is. */
export function needsReopening(error: unknown): boolean {
  return isDamage(error) || [sqliteReadOnly, sqliteInputOutput, sqliteCannotOpen].includes(sqliteCode(error) ?? 0);
}
