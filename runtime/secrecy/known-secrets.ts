import type { ActiveDelivery } from "../base/active-delivery.js";
import { type ProcessSecrets, secretPrefix, secretVariables } from "../values/secrets.js";

/** The secrets that must not appear in the log lines of one extension. */
export interface Concealment {
  /**
   * Hides a secret that became known during a run, from now on. Secrets of finished runs are remembered up to 256 Ki characters
   * in total, and the newest one in any case. There is no limit for secrets of runs in progress.
   */
  readonly conceal: (secret: string, run: ActiveDelivery) => void;
  /** Must be called when the handler has ended, for each run that may have called `conceal`. */
  readonly release: (run: ActiveDelivery) => void;
  /** Hides secrets from now on, with those of finished runs and within the same limit. */
  readonly remember: (secrets: Iterable<string>) => void;
  /** The secrets to hide at this time. */
  readonly secrets: () => Iterable<unknown>;
}

/** In characters: about 8,000 secrets of 32 characters. Each secret makes every log line a little slower. */
const mostRemembered = 256 * 1024;

/** Secrets in order of age. The oldest are forgotten first. */
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

/** `live` are the values of a source at this time. They are hidden without a limit, and those that it had before are remembered. */
export function createConcealment(
  tokens: readonly (string | undefined)[],
  keys: readonly string[],
  { given, env }: ProcessSecrets,
  live: () => Iterable<string> = () => [],
): Concealment {
  // Listing the environment is slow, so this is done once. The values are looked up each time: a program may set them late.
  const prefixed = Object.keys(env).filter((name) => name.startsWith(secretPrefix));
  const variables = new Set([...prefixed, ...keys.flatMap(secretVariables)]);
  const memory = createMemory();
  const underWay = new Map<ActiveDelivery, Set<string>>();
  return {
    conceal(secret, run) {
      // Work that a handler started may continue after the handler has ended.
      if (run.isOver) return memory.remember(secret);
      const learned = underWay.get(run) ?? new Set();
      underWay.set(run, learned.add(secret));
    },
    release(run) {
      run.isOver = true;
      for (const secret of underWay.get(run) ?? []) memory.remember(secret);
      underWay.delete(run);
    },
    remember(secrets) {
      for (const secret of secrets) memory.remember(secret);
    },
    *secrets() {
      yield* tokens;
      yield* live();
      yield* Object.values(given);
      for (const name of variables) yield env[name];
      yield* memory.secrets;
      for (const learned of underWay.values()) yield* learned;
    },
  };
}
