import type { StoredReply } from "../delivery-store.js";

/** One write that Redis has not taken yet. */
export interface Letter {
  /** The key in Redis. */
  readonly key: string;
  /** The verdict, if the delivery is finished. Without it, a claim is to be released. */
  readonly reply?: StoredReply;
  /** By the monotonic clock, in milliseconds: from then on the write is of no use. */
  readonly until: number;
  /** Writes it. Doing it twice changes nothing. */
  readonly send: () => Promise<unknown>;
}

/** What could not be written, and is tried again until it is, or until it is of no use. */
export interface Outbox {
  /** Keeps a write. `sent` is an earlier try, which says whether it was done; until it has ended there is no other. */
  keep(letter: Letter, sent?: Promise<boolean>): void;
  /** A verdict that Redis does not have yet, until it is of no use. */
  replyFor(key: string): StoredReply | undefined;
  /** Tries now. */
  flush(): void;
  /** Tries until nothing is left, or the time is over. Returns how many verdicts are left. */
  drain(milliseconds: number): Promise<number>;
}

/** In milliseconds, while Redis takes nothing. */
const pause = 500;
/** At the same time. */
const mostSent = 256;
/** The limits of the store in memory. The oldest gives way. */
const mostLetters = 50_000;
const mostBytes = 32 * 1024 * 1024;
const overhead = 500;

function bytesOf({ reply }: Letter): number {
  return overhead + 2 * (reply?.body.length ?? 0);
}

/**
 * @param now The monotonic clock, in milliseconds.
 * @param onFull Called when a finished delivery is forgotten, once until everything is written.
 */
export function createOutbox(now: () => number, onFull: () => void): Outbox {
  const letters = new Map<Letter, "waits" | "sent">();
  const verdicts = new Map<string, Letter>();
  let bytes = 0;
  let sending = 0;
  let isFull = false;
  let timer: NodeJS.Timeout | undefined;
  let onEmpty: (() => void) | undefined;

  const remove = (letter: Letter): void => {
    if (!letters.delete(letter)) return;
    bytes -= bytesOf(letter);
    if (verdicts.get(letter.key) === letter) verdicts.delete(letter.key);
    if (letters.size > 0) return;
    isFull = false;
    stop();
    onEmpty?.();
  };
  const stop = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  const goOn = (milliseconds: number): void => {
    if (milliseconds === 0) stop();
    if (letters.size > 0) timer ??= setTimeout(flush, milliseconds).unref();
  };
  const follow = (letter: Letter, sent: Promise<boolean>): void => {
    if (letters.has(letter)) letters.set(letter, "sent");
    void sent.then((isDone) => {
      sending -= 1;
      if (isDone) remove(letter);
      // Behind the others, which may be for another Redis of a cluster.
      else if (letters.delete(letter)) letters.set(letter, "waits");
      // After a success there is no reason to wait.
      if (sending === 0) goOn(isDone ? 0 : pause);
    });
  };
  function flush(): void {
    stop();
    for (const [letter, state] of letters) {
      if (sending >= mostSent) break;
      if (letter.until <= now()) remove(letter);
      else if (state === "waits") {
        sending += 1;
        follow(
          letter,
          letter.send().then(
            () => true,
            () => false,
          ),
        );
      }
    }
    goOn(pause);
  }
  return {
    keep(letter, sent) {
      letters.set(letter, "waits");
      bytes += bytesOf(letter);
      if (letter.reply !== undefined) verdicts.set(letter.key, letter);
      if (sent !== undefined) {
        sending += 1;
        follow(letter, sent);
      }
      for (const [oldest] of letters) {
        if (letters.size <= mostLetters && bytes <= mostBytes) break;
        remove(oldest);
        if (oldest.reply === undefined || isFull) continue;
        isFull = true;
        onFull();
      }
      goOn(pause);
    },
    replyFor(key) {
      const letter = verdicts.get(key);
      return letter !== undefined && letter.until > now() ? letter.reply : undefined;
    },
    flush,
    async drain(milliseconds) {
      if (letters.size > 0) {
        let over: NodeJS.Timeout | undefined;
        const emptied = new Promise<void>((resolve) => {
          onEmpty = resolve;
          over = setTimeout(resolve, milliseconds);
        });
        flush();
        await emptied;
        clearTimeout(over);
      }
      stop();
      const left = [...letters.keys()].filter(({ reply }) => reply !== undefined).length;
      letters.clear();
      verdicts.clear();
      return left;
    },
  };
}
