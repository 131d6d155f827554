import type { Answer } from "./operation.js";

// The documentation names the header and says no more (fact 206).
/**
 * Stored responses of writes with an `Idempotency-Key`. The same request with the same key gets the same response without a second
 * write. Another request with the same key is refused.
 */
export interface Idempotency {
  /** The response to the same request before, or `"conflict"` if the key was used for another request. */
  recall(key: string, request: string): Answer | "conflict" | undefined;
  keep(key: string, request: string, answer: Answer): void;
}

export function createIdempotency(): Idempotency {
  const answers = new Map<string, { readonly request: string; readonly answer: Answer }>();
  return {
    recall(key, request) {
      const known = answers.get(key);
      if (known === undefined) return undefined;
      return known.request === request ? known.answer : "conflict";
    },
    keep(key, request, answer) {
      answers.set(key, { request, answer });
    },
  };
}
