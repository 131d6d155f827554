import type { Begun, Claim, StoredReply } from "../delivery-store.js";

/** One call of the store, as data for the thread. */
export type StoreCall =
  | { readonly does: "begin"; readonly key: string; readonly claim: Claim }
  | { readonly does: "finish"; readonly key: string; readonly reply: StoredReply }
  | { readonly does: "fail"; readonly key: string; readonly owner: string };

/** The result of a call: only `begin` has one. `unreadable`: the delivery is finished, but its reply in the file is damaged. */
export type CallResult = Begun | { readonly state: "unreadable" } | undefined;

/** How the thread opens the database. */
export interface DatabaseSettings {
  /** An absolute path. */
  readonly path: string;
  readonly synchronous: "full" | "normal";
  readonly maxEntries: number;
}

export interface ThreadData extends DatabaseSettings {
  /** Whether Node's own SQLite may be used. */
  readonly builtin: boolean;
  /** The main file of the package libsql; undefined if it is not installed. */
  readonly libsql: string | undefined;
}

/**
 * Shared with the thread: whether it is at work, and whether it must not begin any more. libsql ends the whole process with SIGABRT if its
 * thread is stopped at work, also by `process.exit`.
 */
export type WorkState = Int32Array<SharedArrayBuffer>;
export const atWork = 0;
export const mustRest = 1;

export interface ThreadStart extends ThreadData {
  readonly state: WorkState;
}

/** From the store to the thread: calls that become one transaction, or the end. */
export type ToThread = readonly StoreCall[] | "close";

/** Something that the user should know, for the log. */
export interface StoreWarning {
  readonly message: string;
  readonly fields: object;
}

/** From the thread to the store. Every list of calls has one answer: the results, or why none of the calls was done. */
export type FromThread =
  | { readonly is: "opened" }
  | { readonly is: "refused"; readonly reason: string }
  | { readonly is: "done"; readonly results: readonly CallResult[] }
  | { readonly is: "failed"; readonly reason: string }
  | { readonly is: "closed" }
  | ({ readonly is: "warning" } & StoreWarning);
