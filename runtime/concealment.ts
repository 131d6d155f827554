import { type ProcessSecrets, secretVariables } from "./secrets.js";

/** What must stay out of every log line of one extension. */
export interface Concealment {
  /** Keeps a secret that became known later out of every line from now on. */
  readonly conceal: (secret: string) => void;
  /** What to keep out, at this moment. */
  readonly secrets: () => Iterable<string | undefined>;
}

/** Each costs a little at every line that is logged. */
const mostLearned = 1_000;

export function createConcealment(
  tokens: readonly (string | undefined)[],
  keys: readonly string[],
  { given, env }: ProcessSecrets,
): Concealment {
  // Listing an environment is slow; a declared secret is looked up each time, since a program may set it late.
  const prefixed = Object.keys(env).filter((name) => name.startsWith("KIKET_SECRET_"));
  const variables = new Set([...prefixed, ...keys.flatMap(secretVariables)]);
  const learned = new Set<string>();
  return {
    conceal(secret) {
      learned.delete(secret);
      learned.add(secret);
      const [oldest] = learned;
      if (learned.size > mostLearned && oldest !== undefined) learned.delete(oldest);
    },
    *secrets() {
      yield* tokens;
      yield* Object.values(given);
      for (const name of variables) yield env[name];
      yield* learned;
    },
  };
}
