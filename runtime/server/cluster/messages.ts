import type { Measured } from "../metrics/measured.js";

/** What a process that serves tells the first one. */
export type MemberReport =
  | { readonly type: "listening"; readonly url: string; readonly handlers: number }
  /** It cannot start, because of a `ConfigError`. `code` is that of a `ListenFailure`. */
  | { readonly type: "failed"; readonly message: string; readonly code?: string }
  /** It ends, because somebody told this process to. */
  | { readonly type: "leaving" }
  /** The answer to `measure`. It also tells this before it ends. */
  | { readonly type: "measured"; readonly metrics: readonly Measured[] };

/** What the first process tells those that serve. */
export type MemberOrder =
  /** How many processes there are to be, and how many serve. */
  | { readonly type: "count"; readonly wanted: number; readonly ready: number }
  /** Another process takes over. */
  | { readonly type: "hand-over" }
  /** It is to tell what it has measured. */
  | { readonly type: "measure" }
  | { readonly type: "close" };

/** The program may send messages of its own over the same channel. */
interface Parcel {
  readonly kiketGen: MemberReport | MemberOrder;
}

export function pack(message: MemberReport | MemberOrder): Parcel {
  return { kiketGen: message };
}

/** Undefined for a message of the program itself. Both ends run the same package, so its form is not checked. */
export function unpack<Message extends MemberReport | MemberOrder>(message: unknown): Message | undefined {
  return typeof message === "object" && message !== null && "kiketGen" in message
    ? (message.kiketGen as Message)
    : undefined;
}
