import { setTimeout } from "node:timers/promises";
import type { Job as StoredJob } from "bullmq";
import type { Cluster, Redis } from "ioredis";
import type { Logger } from "../../base/logger.js";
import { redisReason } from "../../base/redis/redis-failure.js";
import type { JobOutcome } from "../job.js";
import type { RedisQueueConfig } from "./options.js";
import type { QueuePackages } from "./packages.js";
import { shownName } from "./queue-names.js";

/** An outcome with the milliseconds before the next run, if it failed or is given back. */
export type Settled = JobOutcome & { readonly wait?: number };

/** Stores what came of runs. */
export interface OutcomeKeeper {
  /** What came of a run that has ended here and could not be stored; undefined if there is none. The job must not run again here. */
  remembered(id: string): Settled | undefined;
  /**
   * Resolves when the outcome is stored, or another worker has the job, or the signal is aborted. Tries again as long as Redis is away.
   */
  store(job: StoredJob, token: string, outcome: Settled, signal: AbortSignal): Promise<void>;
}

const mostRemembered = 10_000;
const pauseMilliseconds = 500;

// The numbers of BullMQ's scripts.
const jobIsGone = -1;
const lockIsGone = -2;
const jobIsElsewhere = -3;
const lockIsOfAnother = -6;

/**
 * Leaves of a done job what tells that it is known. The hash is made anew, because one that had a long value takes three times the memory for
 * ever.
 */
const forget = `
local names = {"name", "timestamp", "processedOn", "finishedOn", "atm", "ats"}
local values = redis.call("hmget", KEYS[1], unpack(names))
if not values[4] then return end
redis.call("del", KEYS[1])
for at, name in ipairs(names) do redis.call("hset", KEYS[1], name, values[at] or 0) end
redis.call("hset", KEYS[1], "data", '""', "opts", ARGV[1])`;

/** A job may be gone, and must not come back as its reason alone. */
const noteIfThere = `if redis.call("exists", KEYS[1]) == 1 then redis.call("hset", KEYS[1], "failedReason", ARGV[1]) end`;

/** Stores a code that listings show, in place of what BullMQ has stored. */
export async function noteReason(client: Redis | Cluster, key: string, reason: string): Promise<void> {
  await client.eval(noteIfThere, 1, key, reason);
}

/** Skips the check of the lock. */
const withoutLock = "0";

/** The message is what BullMQ stores and shows, so it is a code. The stack would be stored too. */
function failure(Base: new (message: string) => Error, reason: string, wait: number | undefined): Error {
  return Object.assign(new Base(reason), { stack: "", wait });
}

/** BullMQ asks it for the wait before the next run. */
export function waitOf(error: Error | undefined): number {
  return (error as { readonly wait?: number } | undefined)?.wait ?? 60_000;
}

function move(
  { UnrecoverableError }: QueuePackages["bullmq"],
  job: StoredJob,
  token: string,
  outcome: Settled,
): Promise<unknown> {
  if (outcome.state === "done") return job.moveToCompleted(undefined, token, false);
  if (outcome.state === "returned") {
    return outcome.wait === undefined ? job.moveToWait(token) : job.moveToDelayed(Date.now() + outcome.wait, token);
  }
  const Base = outcome.state === "hopeless" ? UnrecoverableError : Error;
  return job.moveToFailed(failure(Base, outcome.reason, outcome.wait), token, false);
}

export function createOutcomeKeeper(
  { packages, prefix }: RedisQueueConfig,
  client: Redis | Cluster,
  logger: Logger,
): OutcomeKeeper {
  const outcomes = new Map<string, Settled>();
  const remember = (id: string, outcome: Settled): void => {
    outcomes.delete(id);
    outcomes.set(id, outcome);
    const [oldest] = outcomes.keys();
    if (outcomes.size > mostRemembered && oldest !== undefined) outcomes.delete(oldest);
  };

  return {
    remembered: (id) => outcomes.get(id),
    async store(job, firstToken, outcome, signal) {
      const id = job.id ?? "";
      const key = `${prefix}:${job.queueName}:${id}`;
      if (outcome.state !== "returned") remember(id, outcome);
      let token = firstToken;
      let isTold = false;
      while (!signal.aborted) {
        try {
          if (outcome.state === "returned" && outcome.reason !== undefined)
            await noteReason(client, key, outcome.reason);
          await move(packages.bullmq, job, token, outcome);
          outcomes.delete(id);
          if (outcome.state === "done") {
            const left = JSON.stringify({ attempts: job.opts.attempts });
            // If this fails, the content stays as long as the job.
            client.eval(forget, 1, key, left).catch(() => undefined);
          }
          return;
        } catch (error) {
          const { code } = error as { readonly code?: unknown };
          if (code === jobIsGone) outcomes.delete(id);
          if (code === jobIsGone || code === jobIsElsewhere || code === lockIsOfAnother) return;
          // Redis was away for longer than the lock lasts. The job is still this worker's, as long as no other one has it.
          if (code === lockIsGone && token !== withoutLock) {
            token = withoutLock;
            continue;
          }
          if (!isTold)
            logger.warn("The outcome of a job is not stored yet", { jobId: shownName(id), reason: redisReason(error) });
          isTold = true;
          await setTimeout(pauseMilliseconds);
        }
      }
    },
  };
}
