import { within } from "../base/deadline.js";
import { KiketError } from "../base/errors.js";
import type { Config } from "../config/config.js";
import { measuredStore } from "../metrics/measured-store.js";
import type { Metrics } from "../metrics/sinks.js";
import { Refusal, tryAgain } from "../receive/failure.js";
import type { Reply } from "../receive/replies.js";
import { type Begun, type Claim, isPromise, keepMilliseconds, type StoredReply } from "../stores/delivery-store.js";
import { replyOfStored, storedFormOf } from "../stores/stored-reply.js";
import type { VerifiedDelivery } from "../verify/verify-origin.js";

/** The right of this process to run a delivery. */
export interface Attempt {
  /** The keys in the store. `begin` claims them from last to first. */
  readonly keys: readonly string[];
  readonly claim: Claim;
  /** Identifies the delivery in a stored reply. */
  readonly subject: string;
  /** The names and ids of the delivery, for a log line. */
  readonly describe: () => object;
}

/** What identifies the delivery of an attempt: Kiket's id with all that it counts within, or its token or signature if it has none. */
export function identityOf({ keys: [key = ""], subject }: Attempt): string {
  return key === subject ? subject : subject + key;
}

/** Makes sure that no delivery runs twice. Results must be awaited only if they are promises, to keep the usual case fast. */
export interface Once {
  /**
   * The right to run a delivery, or the stored verdict if it has finished before.
   * @throws {Refusal} if it is running elsewhere, or its token or signature was used for another delivery.
   */
  begin(
    verified: VerifiedDelivery,
    version: string,
    describe: () => object,
  ): Attempt | Reply | Promise<Attempt | Reply>;
  /** Stores the verdict. Never throws or rejects, because the handler has already run. */
  finish(attempt: Attempt, reply: Reply): void | Promise<void>;
  /** Allows the delivery to run again. Never throws or rejects. */
  fail(attempt: Attempt): void | Promise<void>;
}

/** Time for a handler to end after its timeout, before the delivery may run again. */
const leaseGrace = 30_000;

/** Ids are unique within an extension of an organization. Without a token this is the extension of this process. */
function scopeOf({ auth }: VerifiedDelivery, extensionId: string | undefined): string {
  return auth.runtimeToken === null ? `hmac ${extensionId ?? ""}` : `token ${auth.orgId} ${auth.extId}`;
}

/**
 * The organization, the extension, the event with its version, and Kiket's id of the delivery, which is empty if it has none. Each
 * version has a handler of its own: the verdict of one is no answer for another.
 */
function subjectOf(verified: VerifiedDelivery, version: string, extensionId: string | undefined): string {
  const { deliveryId = "", delivery } = verified;
  return `${scopeOf(verified, extensionId)}\n${delivery.event}\n${version}\n${deliveryId}`;
}

/** Whether a stored verdict belongs to this delivery, or to another one that used its token or signature. One id may be missing. */
function answers(stored: string, subject: string): boolean {
  return (
    stored === subject ||
    (stored.endsWith("\n") && subject.startsWith(stored)) ||
    (subject.endsWith("\n") && stored.startsWith(subject))
  );
}

/**
 * Makes the step. A delivery is recognised by its token or signature, because each is made for one delivery: with another id it is
 * refused. It is also recognised by Kiket's id, because another attempt may have another token.
 */
export function createOnce({ inbound, extensionId, now, logger }: Config, metrics: Metrics): Once {
  // No SDK protects against replays (fact 167).
  const { limits } = inbound;
  const store = measuredStore(inbound.store, metrics, limits.handlerMs);
  const lease = limits.handlerMs + leaseGrace;
  // Made with the first delivery, because a worker cannot make random numbers while it starts.
  let processId: string | undefined;
  let runs = 0;

  const forEach = (
    { describe }: Attempt,
    keys: readonly string[],
    call: (key: string) => void | Promise<void>,
  ): void | Promise<void> => {
    const lost = (cause: unknown): void =>
      logger.error("The result of a delivery could not be stored", { ...describe(), cause });
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
  const release = (attempt: Attempt, keys: readonly string[]) =>
    forEach(attempt, keys, (key) => store.fail(key, attempt.claim.owner));
  const remember = (attempt: Attempt, keys: readonly string[], reply: StoredReply) =>
    forEach(attempt, keys, (key) => store.finish(key, reply, now()));

  /** The reply that one key decides, or undefined if the key is new. `taken` are the keys that were claimed before it. */
  const decide = async (begun: Begun, attempt: Attempt, taken: readonly string[]) => {
    if (begun.state === "new") return undefined;
    if (begun.state === "running") {
      await release(attempt, taken);
      throw tryAgain("already-running", "The delivery is still being handled");
    }
    const { reply } = begun;
    if (!answers(reply.subject, attempt.subject)) {
      const other = reply.subject.slice(reply.subject.lastIndexOf("\n") + 1);
      const detail = `The token or signature was already used for another delivery, with the id "${other}"`;
      throw new Refusal(401, "already-used", "This token or signature was already used for another delivery", {
        detail,
      });
    }
    await remember(attempt, taken, reply);
    return replyOfStored(reply);
  };

  /** Waits for the store no longer than for a handler. If it answers later, what it began is released. */
  const answerInTime = async (begun: Begun | Promise<Begun>, key: string, attempt: Attempt): Promise<Begun> => {
    if (isPromise(begun) && !(await within(begun, limits.handlerMs))) {
      // Its rejection is the failure that is thrown here.
      begun.then(() => release(attempt, [key])).catch(() => undefined);
      throw new KiketError(`The delivery store did not answer within ${limits.handlerMs / 1000} s`);
    }
    return begun;
  };

  /** Claims the keys from `index` down to 0. */
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
        begun = await answerInTime(known ?? store.begin(key, claim), key, attempt);
      } catch (cause) {
        await release(attempt, taken);
        throw tryAgain("store-unavailable", "The delivery store is unavailable", {
          detail: "The delivery store failed",
          cause,
        });
      }
      known = undefined;
      const decided = await decide(begun, attempt, taken);
      if (decided !== undefined) return decided;
    }
    return attempt;
  };

  return {
    begin(verified, version, describe) {
      const time = now();
      runs += 1;
      processId ??= crypto.randomUUID();
      const subject = subjectOf(verified, version, extensionId);
      const attempt: Attempt = {
        keys: verified.deliveryId === undefined ? [verified.proof] : [subject, verified.proof],
        claim: { owner: `${processId} ${runs}`, now: time, leaseUntil: time + lease },
        subject,
        describe,
      };
      // Nearly always the store is in memory and every key is new. Then nothing has to wait.
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
    // Kiket's id is stored first. If only the token were stored, another attempt, with another token, would run again.
    finish: (attempt, reply) => {
      const { keys, subject } = attempt;
      return remember(attempt, keys, { ...storedFormOf(reply), subject, keepUntil: now() + keepMilliseconds });
    },
    fail: (attempt) => release(attempt, attempt.keys),
  };
}
