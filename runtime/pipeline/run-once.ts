import { within } from "../base/deadline.js";
import { KiketError } from "../base/errors.js";
import type { Config } from "../config/config.js";
import { Refusal, type Reply, replyWithText, tryAgain } from "../receive/replies.js";
import type { Begun, Claim, StoredReply } from "../stores/delivery-store.js";
import type { VerifiedDelivery } from "../verify/verify-origin.js";

/** A delivery that is this process' to run. */
export interface Attempt {
  /** What it is remembered by, the last to begin with first. */
  readonly keys: readonly string[];
  readonly claim: Claim;
  readonly subject: string;
}

/** The step that runs no delivery twice. What it returns is to be waited for only where it is a promise. */
export interface Once {
  /**
   * The right to run a delivery, or the verdict of one that finished before.
   * @throws {Refusal} where it is under way elsewhere, or its proof of origin was used for another one.
   */
  begin(verified: VerifiedDelivery): Attempt | Reply | Promise<Attempt | Reply>;
  /** Remembers the verdict. Never throws or rejects: what happened cannot be undone. */
  finish(attempt: Attempt, reply: Reply): void | Promise<void>;
  /** Lets the delivery be run again. Never throws or rejects. */
  fail(attempt: Attempt): void | Promise<void>;
}

/** Past the whole schedule of attempts, which is 10 h 36 min long (wire contract §1.10). */
const keepMilliseconds = 24 * 60 * 60_000;
/** For a handler that its time limit aborted, to end on its own. */
const leaseGrace = 30_000;

/** Ids are unique within an extension of an organization; without a token that is the process' own extension. */
function scopeOf({ auth }: VerifiedDelivery, extensionId: string | undefined): string {
  return auth.runtimeToken === null ? `hmac ${extensionId ?? ""}` : `token ${auth.orgId} ${auth.extId}`;
}

/** The organization, the extension, the event, and the platform's id of the delivery; empty where it has none. */
function subjectOf(verified: VerifiedDelivery, extensionId: string | undefined): string {
  const { deliveryId = "", delivery } = verified;
  return `${scopeOf(verified, extensionId)}\n${delivery.event}\n${deliveryId}`;
}

/** Whether a stored verdict answers a delivery, and not another one for which its proof was used. An id may be missing in one. */
function answers(stored: string, subject: string): boolean {
  return (
    stored === subject ||
    (stored.endsWith("\n") && subject.startsWith(stored)) ||
    (subject.endsWith("\n") && stored.startsWith(subject))
  );
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { readonly then?: unknown } | undefined)?.then === "function";
}

/**
 * Makes the step. A delivery is known again by what proved its origin (a token or a signature is made for one delivery, so a
 * replay under another id is refused) and by the platform's id (an attempt that is signed anew).
 */
export function createOnce({ inbound, extensionId, now, logger }: Config): Once {
  const { store, limits } = inbound;
  const lease = limits.handlerMs + leaseGrace;
  // Not made before the first delivery: a worker has no random numbers while it starts.
  let process: string | undefined;
  let runs = 0;

  const lost = (cause: unknown): void => logger.error("A delivery's outcome could not be remembered", { cause });
  const forEach = (keys: readonly string[], call: (key: string) => void | Promise<void>): void | Promise<void> => {
    let pending: Promise<void>[] | undefined;
    for (const key of keys) {
      try {
        const result = call(key);
        if (isPromise(result)) {
          pending ??= [];
          pending.push(result.catch(lost));
        }
      } catch (cause) {
        lost(cause);
      }
    }
    return pending === undefined ? undefined : Promise.all(pending).then(() => undefined);
  };
  const release = (keys: readonly string[], { owner }: Claim) => forEach(keys, (key) => store.fail(key, owner));
  const remember = (keys: readonly string[], reply: StoredReply) => forEach(keys, (key) => store.finish(key, reply));

  /** What one key says; undefined where the delivery is new by it. `taken` are the keys that were begun before. */
  const decide = async (begun: Begun, { claim, subject }: Attempt, taken: readonly string[]) => {
    if (begun.state === "new") return undefined;
    if (begun.state === "running") {
      await release(taken, claim);
      throw tryAgain("The delivery is still being handled");
    }
    const { reply } = begun;
    if (!answers(reply.subject, subject)) {
      logger.warn("What proves a delivery's origin was used before, for another delivery", { subject });
      throw new Refusal(401, "What proves the origin was used for another delivery");
    }
    await remember(taken, reply);
    return replyWithText(reply.status, reply.body);
  };

  /** A store that hangs must not hold the delivery, and what it begins yet is nobody's. */
  const answerInTime = async (begun: Begun | Promise<Begun>, key: string, claim: Claim): Promise<Begun> => {
    if (isPromise(begun) && !(await within(begun, limits.handlerMs))) {
      begun.then(() => release([key], claim)).catch(lost);
      throw new KiketError(`The delivery store did not answer within ${limits.handlerMs / 1000} s`);
    }
    return begun;
  };

  /** From the key at `index` on to the first: the proof of origin is the last, and begins. */
  const beginFrom = async (
    attempt: Attempt,
    index: number,
    first: Begun | Promise<Begun> | undefined,
  ): Promise<Attempt | Reply> => {
    const { keys, claim } = attempt;
    let known = first;
    for (let at = index; at >= 0; at -= 1) {
      const taken = keys.slice(at + 1);
      const key = keys[at] ?? "";
      let begun: Begun;
      try {
        begun = await answerInTime(known ?? store.begin(key, claim), key, claim);
      } catch (cause) {
        await release(taken, claim);
        logger.error("The delivery store failed", { cause });
        throw tryAgain("Deliveries cannot be remembered");
      }
      known = undefined;
      const decided = await decide(begun, attempt, taken);
      if (decided !== undefined) return decided;
    }
    return attempt;
  };

  return {
    begin(verified) {
      const time = now();
      runs += 1;
      process ??= crypto.randomUUID();
      const subject = subjectOf(verified, extensionId);
      const attempt: Attempt = {
        keys: verified.deliveryId === undefined ? [verified.proof] : [subject, verified.proof],
        claim: { owner: `${process} ${runs}`, now: time, leaseUntil: time + lease },
        subject,
      };
      // Nearly always every key is new, and the store is in memory: then nothing waits.
      for (let at = attempt.keys.length - 1; at >= 0; at -= 1) {
        let begun: Begun | Promise<Begun>;
        try {
          begun = store.begin(attempt.keys[at] ?? "", attempt.claim);
        } catch (cause) {
          begun = Promise.reject(cause);
        }
        if (isPromise(begun) || begun.state !== "new") return beginFrom(attempt, at, begun);
      }
      return attempt;
    },
    // In the order of the keys: were only the proof known as done, an attempt that is signed anew would run again.
    finish: ({ keys, subject }, { status, body }) =>
      remember(keys, { status, body, subject, keepUntil: now() + keepMilliseconds }),
    fail: ({ keys, claim }) => release(keys, claim),
  };
}
