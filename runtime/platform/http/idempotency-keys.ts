import type { Answer } from "./operation.js";

/**
 * Answers of writes that carried an `Idempotency-Key`: the same key with the same request is answered again without a
 * second write, with another request it is refused. The documentation names the header and no more (wire contract §2.13).
 */
export interface Idempotency {
  /** The answer of the same request before; `"conflict"` where the key was used for another. */
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
