import type { DevChange } from "../../backend.js";
import { counted } from "./labels.js";

/** Milliseconds in which news are counted together. */
const batch = 250;

export interface Announcer {
  /** Counts a change; deliveries that were there before are named by `isKnown`. */
  note(change: DevChange, isKnown: (id: string) => boolean): void;
  /** Says this with the next batch. */
  say(message: string): void;
}

function newsOf(arrived: ReadonlySet<string>, failed: ReadonlySet<string>, words: readonly string[]): string {
  const parts = [
    arrived.size === 0 ? undefined : counted(arrived.size, "new delivery", "new deliveries"),
    failed.size === 0 ? undefined : counted(failed.size, "delivery failed", "deliveries failed"),
    ...words,
  ];
  return parts.filter((part) => part !== undefined).join(", ");
}

/**
 * Collects what is read out to those who do not see the list: one message for many changes. `show` gets an empty text before each
 * message, because an equal text would not be read again.
 */
export function createAnnouncer(
  show: (text: string) => void,
  later: (run: () => void, milliseconds: number) => void,
): Announcer {
  let arrived = new Set<string>();
  let failed = new Set<string>();
  let words: string[] = [];
  let isDue = false;
  const schedule = (): void => {
    if (isDue) return;
    isDue = true;
    show("");
    later(() => {
      isDue = false;
      show(newsOf(arrived, failed, words));
      arrived = new Set();
      failed = new Set();
      words = [];
    }, batch);
  };
  const say = (message: string): void => {
    words.push(message);
    schedule();
  };
  return {
    say,
    note(change, isKnown) {
      if (change.kind === "build") {
        const { number, error, ms } = change.build;
        if (error !== undefined) say(`build ${number} ${ms === undefined ? "failed" : "has ended"}`);
        else if (ms !== undefined) say(`build ${number} listens`);
      }
      if (change.kind !== "delivery") return;
      const { id, state } = change.delivery;
      if (!isKnown(id)) arrived.add(id);
      if (state === "failed" || state === "refused") failed.add(id);
      if (arrived.size > 0 || failed.size > 0) schedule();
    },
  };
}
