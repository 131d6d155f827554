import type { DevChange } from "./backend.js";

/**
 * What the data of an event of `GET /api/stream` is. `resync`: some changes are no longer known here; read the state and the deliveries
 * again. Changes after it follow.
 */
type StreamMessage = DevChange | { readonly kind: "resync" };

/** The newest changes as text of server-sent events, for readers that lost their connection. */
export interface ChangeLog {
  /** Returns the event's text. */
  append(change: DevChange): string;
  /**
   * What a reader needs first, as text. Without `after`: only the id of the newest change, from which it can go on later. With the id of
   * the last event that it has: all later ones, or `resync` if not all of them are known.
   */
  since(after: string | undefined): string;
}

export interface LogBounds {
  readonly events: number;
  /** Of all texts. */
  readonly characters: number;
}

/** In characters. A longer text is not told to everybody: who shows the delivery reads it. */
const longestAttempt = 1024 * 1024;

function eventText(id: number, message: StreamMessage): string {
  return `id: ${id}\ndata: ${JSON.stringify(message)}\n\n`;
}

/** Keeps the newest changes within these bounds. */
export function createChangeLog({ events, characters }: LogBounds): ChangeLog {
  const texts: string[] = [];
  let size = 0;
  let last = 0;
  return {
    append(change) {
      last += 1;
      const whole = eventText(last, change);
      const isLarge = change.kind === "attempt" && whole.length > longestAttempt;
      const text = isLarge ? eventText(last, { kind: "progress", id: change.delivery.id }) : whole;
      texts.push(text);
      size += text.length;
      while (texts.length > events || size > characters) size -= texts.shift()?.length ?? 0;
      return text;
    },
    since(after) {
      // An id without data is no event for a reader, but is remembered.
      if (after === undefined) return `id: ${last}\n\n`;
      const missed = /^\d{1,15}$/.test(after) ? last - Number(after) : -1;
      if (missed < 0 || missed > texts.length) return eventText(last, { kind: "resync" });
      return missed === 0 ? `id: ${last}\n\n` : texts.slice(-missed).join("");
    },
  };
}
