import type { Run } from "../base/active-delivery.js";
import { type ProcessSecrets, secretPrefix, secretVariables } from "../values/secrets.js";

/** What must stay out of every log line of one extension. */
export interface Concealment {
  /**
   * Keeps a secret that became known in a run out of every line from now on. Those of runs that are over are kept up to 256 Ki
   * characters together, the latest of all and those of runs under way without a bound.
   */
  readonly conceal: (secret: string, run: Run) => void;
  /** To be called for each run that may have concealed something, when its handler has ended. */
  readonly release: (run: Run) => void;
  /** What to keep out, at this moment. */
  readonly secrets: () => Iterable<string | undefined>;
}

/** Each secret costs a little at every line that is logged: these are about 8,000 of 32 characters. */
const mostRemembered = 256 * 1024;

/** Secrets by age, of which the oldest are forgotten. */
function createMemory(): { readonly secrets: ReadonlySet<string>; readonly remember: (secret: string) => void } {
  const secrets = new Set<string>();
  let characters = 0;
  const forget = (secret: string): void => {
    if (secrets.delete(secret)) characters -= secret.length;
  };
  return {
    secrets,
    remember(secret) {
      forget(secret);
      for (const oldest of secrets) {
        if (characters + secret.length <= mostRemembered) break;
        forget(oldest);
      }
      secrets.add(secret);
      characters += secret.length;
    },
  };
}

export function createConcealment(
  tokens: readonly (string | undefined)[],
  keys: readonly string[],
  { given, env }: ProcessSecrets,
): Concealment {
  // Listing an environment is slow; a declared secret is looked up each time, since a program may set it late.
  const prefixed = Object.keys(env).filter((name) => name.startsWith(secretPrefix));
  const variables = new Set([...prefixed, ...keys.flatMap(secretVariables)]);
  const memory = createMemory();
  const underWay = new Map<Run, Set<string>>();
  return {
    conceal(secret, run) {
      // A handler may leave work behind that goes on after its end.
      if (run.isOver) return memory.remember(secret);
      const learned = underWay.get(run) ?? new Set();
      underWay.set(run, learned.add(secret));
    },
    release(run) {
      run.isOver = true;
      for (const secret of underWay.get(run) ?? []) memory.remember(secret);
      underWay.delete(run);
    },
    *secrets() {
      yield* tokens;
      yield* Object.values(given);
      for (const name of variables) yield env[name];
      yield* memory.secrets;
      for (const learned of underWay.values()) yield* learned;
    },
  };
}
