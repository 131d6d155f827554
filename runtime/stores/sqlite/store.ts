import { resolve } from "node:path";
import { ConfigError, KiketError } from "../../base/errors.js";
import type { Logger } from "../../base/logger.js";
import { requireOf } from "../../base/package/require-of.js";
import { requireWholeNumber } from "../../base/whole-number.js";
import { consoleLogger } from "../../logging/console-logger.js";
import type { Begun, Claim, DeliveryStore, StoredReply } from "../delivery-store.js";
import type { CallResult } from "./protocol.js";
import { startThread } from "./thread.js";

/** Options of `createSqliteStore`. Only the path is required. */
export interface SqliteStoreOptions {
  /** A file on a disk of this machine. It and its folder are made where there is none. Not a URL. */
  readonly path: string;
  /**
   * `full`: a verdict is on the disk before the response is sent. `normal`: faster, but a power cut can lose the last verdicts, and their
   * deliveries may run again. A crash of the process loses nothing in either. Default `full`.
   */
  readonly synchronous?: "full" | "normal" | undefined;
  /**
   * Maximum number of finished deliveries; one with an id counts twice. The oldest are deleted first, with a warning while Kiket may
   * still repeat them. Default 1000000, about 400 MB.
   */
  readonly maxEntries?: number | undefined;
  /** For warnings of the store. Default: JSON lines on the console. */
  readonly logger?: Pick<Logger, "warn"> | undefined;
}

/** A delivery store that outlives the process, for processes of one machine. */
export interface SqliteStore extends DeliveryStore {
  begin(key: string, claim: Claim): Promise<Begun>;
  finish(key: string, reply: StoredReply): Promise<void>;
  fail(key: string, owner: string): Promise<void>;
  /** Waits for the calls that were made before, and closes the file. Later calls are rejected. `close` of the extension calls it. */
  close(): Promise<void>;
}

/** Which engines a store may use. Tests choose. */
export interface SqliteEngines {
  readonly builtin: boolean;
  /** The main file of libsql. */
  readonly libsql: string | undefined;
}

function findLibsql(): string | undefined {
  try {
    return requireOf(import.meta.url).resolve("libsql");
  } catch {
    return undefined;
  }
}

function checkedPath(path: unknown): string {
  const refuse = (what: string): never => {
    throw new ConfigError(`The path of the delivery store ${what}, such as /var/lib/extension/deliveries.db`);
  };
  if (typeof path !== "string" || path.trim() === "") return refuse("must be the path of a file");
  if (path.includes("\0")) return refuse("must not contain a NUL character: give the path of a file");
  if (path === ":memory:")
    throw new ConfigError('For a delivery store in memory use createMemoryStore, not ":memory:"');
  if (/^(?:file:|[a-z][a-z\d+.-]+:\/\/)/i.test(path)) return refuse("must not be a URL: give the path of a file");
  if (/[\\/]$/.test(path)) return refuse("must not be a folder: give the path of a file in it");
  return resolve(path);
}

function begunOf(result: CallResult): Begun {
  if (result !== undefined && result.state !== "unreadable") return result;
  throw new KiketError("The delivery is finished, but its stored reply is damaged");
}

/** Opens a store with the engines that the caller permits. */
export async function openSqliteStore(options: SqliteStoreOptions, engines: SqliteEngines): Promise<SqliteStore> {
  const { synchronous = "full", maxEntries = 1_000_000, logger = consoleLogger } = options;
  const path = checkedPath(options.path);
  if (synchronous !== "full" && synchronous !== "normal") {
    throw new ConfigError('synchronous of the delivery store must be "full" or "normal".');
  }
  requireWholeNumber("maxEntries", maxEntries, 1);
  const thread = await startThread({ path, synchronous, maxEntries, ...engines }, ({ message, fields }) =>
    logger.warn(message, fields),
  );
  return {
    begin: async (key, claim) => begunOf(await thread.call({ does: "begin", key, claim })),
    async finish(key, reply) {
      await thread.call({ does: "finish", key, reply });
    },
    async fail(key, owner) {
      await thread.call({ does: "fail", key, owner });
    },
    close: () => thread.close(),
  };
}

/**
 * A store that outlives the process, for all processes of one machine that use the same file: what finished is not run again after a
 * restart or a crash. What a crash interrupted runs again, once its lease is over. Uses the SQLite of Node 24 and newer; older versions
 * need the package `libsql`. A full disk or another failure answers 503, and the store recovers by itself.
 * @throws {ConfigError} where there is no SQLite, or the file cannot be used: it is damaged, of another program or on a network disk,
 *   or this process has no right to it.
 */
export function createSqliteStore(options: SqliteStoreOptions): Promise<SqliteStore> {
  return openSqliteStore(options, { builtin: true, libsql: findLibsql() });
}
