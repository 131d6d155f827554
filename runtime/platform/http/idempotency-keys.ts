import { forgetOldest } from "../forget-oldest.js";
import type { Answer } from "./operation.js";

// The documentation names the header and says no more (fact 206).
/**
 * Stored responses of writes with an `Idempotency-Key`. The same request with the same key gets the same response without a second
 * write. Another request with the same key is refused.
 */
export interface Idempotency {
  /** The response to the same request before, or `"conflict"` if the key was used for another request. */
  recall(key: string, request: string): Answer | "conflict" | undefined;
  /** Only the newest 10,000 are kept. */
  keep(key: string, request: string, answer: Answer): void;
  snapshot(): readonly KeptAnswer[];
}

/** The first answer to the requests with one key. */
export interface KeptAnswer {
  readonly key: string;
  /** The request, as one text. */
  readonly request: string;
  readonly answer: Answer;
}

const mostAnswers = 10_000;

export function createIdempotency(before: readonly KeptAnswer[] = []): Idempotency {
  const answers = new Map(before.map((kept) => [kept.key, kept]));
  return {
    recall(key, request) {
      const known = answers.get(key);
      if (known === undefined) return undefined;
      return known.request === request ? known.answer : "conflict";
    },
    keep(key, request, answer) {
      answers.set(key, { key, request, answer });
      forgetOldest(answers, mostAnswers);
    },
    snapshot: () => [...answers.values()],
  };
}
