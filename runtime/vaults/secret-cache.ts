import { createCoalescedLoads } from "../base/coalesced-loads.js";
import { createDeadline, untilAborted } from "../base/deadline.js";
import { ConfigError, KiketError, reasonOf, SecretsUnavailableError } from "../base/errors.js";
import { isWorker } from "../base/process.js";
import { createRateLimiter } from "../base/rate-limiter.js";
import { sleep } from "../base/sleep.js";
import type { Opening, OpenSecrets } from "./live-secrets.js";
import type { SecretSource } from "./secret-source.js";
import { tellable, valuesIn } from "./source-answer.js";

/** In milliseconds. */
export interface SecretTimes {
  readonly ttl: number;
  readonly maxStale: number;
  readonly timeout: number;
  readonly startWithin: number;
}

type Values = ReadonlyMap<string, readonly string[]>;

/** Waits between tries after failures, in milliseconds: 0.5 s, 1 s, 2 s … at most 1 minute, minus up to a half. */
const firstWait = 500;
const longestWait = 60_000;
/** How often somebody who is not proved may cause a load: a burst, then once per interval in milliseconds. */
const renewalBurst = 5;
const renewalInterval = 5_000;
/** How often somebody may cause a load in a worker while there are no values, where each request loads on its own. */
const firstBurst = 5;
const firstInterval = 1_000;
/** Who may wait for such a load at the same time. */
const mostWaiting = 64;

const none: readonly string[] = Object.freeze([]);

function isSame(one: readonly string[] = [], other: readonly string[] = []): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}

/** The keys whose values differ. The lists that are the same are taken over, so that who keeps one sees no change. */
function changeFrom(before: Values, after: Map<string, readonly string[]>): readonly string[] {
  for (const [key, values] of after) {
    const known = before.get(key);
    if (known !== undefined && isSame(known, values)) after.set(key, known);
  }
  return [...new Set([...before.keys(), ...after.keys()])].filter((key) => before.get(key) !== after.get(key));
}

/**
 * Loads the secrets of a source, keeps them in memory, and loads them again in the background before they are too old. One line is logged for each
 * change of state, not for each try.
 */
export function openSecrets(
  source: SecretSource,
  { ttl, maxStale, timeout, startWithin }: SecretTimes,
  nameOf: (key: string) => string,
  { wanted, ages, log, learned }: Opening,
): OpenSecrets {
  const sourceName = source.name;
  const keys = [...new Set(wanted.map(({ key }) => key))];
  const names = [...new Set(keys.map(nameOf))];
  const closing = new AbortController();
  const isShared = !isWorker();
  const takeRenewal = createRateLimiter(renewalBurst, renewalInterval, ages);
  let loaded: { readonly values: Values; readonly at: number } | undefined =
    keys.length === 0 ? { values: new Map(), at: Number.POSITIVE_INFINITY } : undefined;
  const takeFirst = createRateLimiter(firstBurst, firstInterval, ages);
  /** Loads are numbered: where they are not shared, an earlier one may end later. `newest` is the one that `loaded` comes from. */
  let begun = 0;
  let newest = 0;
  /** When a load began that has not ended. It may never end if its request is cancelled. */
  let underWaySince = Number.NEGATIVE_INFINITY;
  let state: "new" | "current" | "failing" | "expired" = "new";
  let failures = 0;
  let nextTry = Number.NEGATIVE_INFINITY;
  let waiting = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const age = (): number => (loaded === undefined ? Number.POSITIVE_INFINITY : ages() - loaded.at);
  const isExpired = (): boolean => age() >= maxStale;

  const become = (next: typeof state, tell: () => void): void => {
    if (state !== next) tell();
    state = next;
  };

  const read = async (): Promise<Map<string, readonly string[]>> => {
    closing.signal.throwIfAborted();
    const deadline = createDeadline(timeout, closing.signal);
    try {
      const { signal } = deadline;
      return valuesIn(await untilAborted(() => source.load([...names], { signal }), signal), keys, nameOf);
    } catch (cause) {
      if (deadline.isOver()) throw new KiketError(`no answer within ${timeout / 1000} s`);
      throw tellable(cause);
    } finally {
      deadline.clear();
    }
  };

  /** What is needed and absent. */
  const missing = (values: Values): string | undefined => {
    const absent = wanted.filter(({ key, neededFor }) => neededFor !== undefined && !values.has(key));
    return absent.length === 0
      ? undefined
      : absent.map(({ key, neededFor }) => `there is no ${nameOf(key)}, which ${neededFor} needs`).join("; ");
  };

  const succeed = (values: Map<string, readonly string[]>, at: number, number: number): void => {
    learned([...values.values()].flat());
    if (number < newest) return;
    const changed = changeFrom(loaded?.values ?? new Map(), values);
    const lack = missing(values);
    if (loaded === undefined && lack !== undefined) {
      throw new ConfigError(`${lack}. Add it to the source, or correct its name (prefix, nameOf)`);
    }
    if (loaded !== undefined && changed.length > 0) {
      log().info(`Secrets have changed in ${sourceName}: ${changed.join(", ")}`, { source: sourceName, keys: changed });
      if (lack !== undefined) log().error(`Secrets are missing in ${sourceName}: ${lack}`, { source: sourceName });
    }
    loaded = { values, at };
    newest = number;
    failures = 0;
    nextTry = Number.NEGATIVE_INFINITY;
    if (state !== "new") become("current", () => log().info(`Secrets come from ${sourceName} again`));
    state = "current";
  };

  const fail = (cause: unknown): void => {
    const limit = Math.min(longestWait, firstWait * 2 ** failures);
    const wait = limit * (1 - Math.random() / 2);
    failures += 1;
    nextTry = ages() + wait;
    const fields = { source: sourceName, cause };
    if (loaded === undefined) {
      // A start says itself that it ends with a mistake that only a person can correct.
      const then = cause instanceof ConfigError ? "" : "; it is tried again";
      become("failing", () => log().warn(`Secrets cannot be loaded from ${sourceName}${then}`, fields));
    } else if (isExpired()) {
      const message = `Secrets of ${sourceName} could not be renewed for ${maxStale / 1000} s (maxStale), and are no longer used`;
      become("expired", () => log().error(message, fields));
    } else {
      const left = Math.round((maxStale - age()) / 1000);
      const message = `Secrets cannot be renewed from ${sourceName}; the last values are used for ${left} s at most`;
      become("failing", () => log().warn(message, fields));
    }
  };

  const plan = (): void => {
    clearTimeout(timer);
    // A worker has no time of its own: there only requests load.
    if (!isShared || closing.signal.aborted) return;
    const wait = failures > 0 ? nextTry - ages() : ttl * (0.75 + Math.random() * 0.2);
    timer = setTimeout(() => void loads.join().catch(() => undefined), Math.max(1, wait));
    timer.unref?.();
  };

  const load = async (): Promise<void> => {
    const at = ages();
    begun += 1;
    const number = begun;
    underWaySince = at;
    try {
      succeed(await read(), at, number);
    } catch (cause) {
      if (!closing.signal.aborted && number > newest) fail(cause);
      throw cause;
    } finally {
      underWaySince = Number.NEGATIVE_INFINITY;
      plan();
    }
  };
  const loads = createCoalescedLoads(load, isShared);

  return {
    sourceName,
    nameOf,
    async started() {
      const until = performance.now() + startWithin;
      while (age() >= ttl) {
        try {
          // The values may be older than `ttl` already: loading takes time.
          return await loads.join();
        } catch (cause) {
          const wait = Math.max(1, nextTry - ages());
          const isLast = cause instanceof ConfigError || closing.signal.aborted || performance.now() + wait >= until;
          if (isLast) throw new ConfigError(`Secrets cannot be loaded from ${sourceName}: ${reasonOf(cause)}`);
          await sleep(wait, closing.signal);
        }
      }
    },
    refreshed() {
      if (age() < ttl || closing.signal.aborted || ages() < nextTry) return undefined;
      // The timer tries again, and the last values are good enough until then. A process that its host had stopped may have missed it.
      if (failures > 0 && isShared && !isExpired()) return undefined;
      // In a worker each caller would start a load of its own, also those that nobody has proved yet.
      const isEnough = isExpired() ? !takeFirst() : ages() - underWaySince < timeout;
      if (!isShared && isEnough) return undefined;
      return loads.join().catch(() => undefined);
    },
    isLoaded: () => loaded !== undefined,
    isReady: () => loaded !== undefined && missing(isExpired() ? new Map() : loaded.values) === undefined,
    values(key) {
      if (loaded === undefined) throw new SecretsUnavailableError(`Secrets are not loaded from ${sourceName} yet`);
      const values = loaded.values.get(key);
      if (values !== undefined && isExpired()) {
        throw new SecretsUnavailableError(
          `Secret ${key} is older than maxStale: ${sourceName} could not be asked for ${Math.round(age() / 1000)} s`,
        );
      }
      return values ?? none;
    },
    all: () => [...(loaded?.values.values() ?? [])].flat(),
    async renewed() {
      const before = loads.begun();
      if (closing.signal.aborted || ages() < nextTry || waiting >= mostWaiting) return false;
      if (loads.isNeededSince(before) && !takeRenewal()) return false;
      waiting += 1;
      try {
        await loads.since(before);
        return true;
      } catch {
        return false;
      } finally {
        waiting -= 1;
      }
    },
    close() {
      closing.abort(new KiketError("The extension is closed"));
      clearTimeout(timer);
    },
  };
}
