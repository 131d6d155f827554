import { setTimeout } from "node:timers/promises";
import type { Queue } from "bullmq";
import type { Cluster, Redis } from "ioredis";
import { within } from "../../base/deadline.js";
import { KiketError } from "../../base/errors.js";
import { isRefusal, redisReason } from "../../base/redis/redis-failure.js";
import type { Job } from "../job.js";
import type { JobCounts } from "../job-queue.js";
import { watchClient } from "./away-notice.js";
import { readDepth } from "./job-places.js";
import type { RedisQueueConfig } from "./options.js";
import { commonQueue, jobName, ownQueue, ownQueuesKey } from "./queue-names.js";
import { sealedJob } from "./stored-job.js";

/** Stores jobs, and counts those that are stored. */
export interface JobAdder {
  /** @throws {KiketError} if the job may not be stored: within `addMilliseconds`. */
  add(job: Job): Promise<void>;
  /** @throws {KiketError} if Redis does not answer: within seconds. */
  counts(): Promise<JobCounts>;
  close(): Promise<void>;
}

/** Kiket waits 10 s for its answer. A restart of Redis takes less than this. */
const addMilliseconds = 2_000;
/** BullMQ's own record of events, which nobody reads here. */
const mostEvents = 100;
const lookMilliseconds = 50;

/** A client whose calls fail soon: what waits for Redis must not grow, and Kiket delivers again. */
function openClient({ place, packages }: RedisQueueConfig): Redis | Cluster {
  const limits = { maxRetriesPerRequest: 0, socketTimeout: addMilliseconds, connectTimeout: addMilliseconds };
  return place.open({ connectionName: "kiket-gen", enableOfflineQueue: false, ...limits }, packages);
}

/** Each call looks by itself, so that nothing is kept of a call that has given up. */
async function connected(client: Redis | Cluster, until: number): Promise<void> {
  // What fails is told by its event.
  if (client.status === "wait") client.connect().catch(() => undefined);
  while (client.status !== "ready") {
    if (performance.now() >= until) throw new Error("no connection");
    await setTimeout(lookMilliseconds);
  }
}

export function createJobAdder(config: RedisQueueConfig): JobAdder {
  const { packages, place, prefix, logger } = config;
  const client = openClient(config);
  const what = "deferred deliveries are answered 503, and Kiket tries them again";
  const notice = watchClient(client, logger, place.name, what);
  const queues = new Map<string, Promise<Queue>>();
  let isClosed = false;

  const open = (name: string): Promise<Queue> => {
    const known = queues.get(name);
    if (known !== undefined) return known;
    const queue = new packages.bullmq.Queue(name, {
      connection: client,
      prefix,
      streams: { events: { maxLen: mostEvents } },
    });
    queue.on("error", () => undefined);
    // If Redis goes away while BullMQ starts, this queue never works.
    const opened = queue.waitUntilReady().then(
      () => queue,
      (error: unknown) => {
        queues.delete(name);
        throw error;
      },
    );
    queues.set(name, opened);
    return opened;
  };
  const storeOnce = async (job: Job, sealed: string, until: number): Promise<void> => {
    const own = ownQueue(job);
    const [name, other] = job.deferral.concurrency === undefined ? [commonQueue, own] : [own, commonQueue];
    await connected(client, until);
    const queue = await open(name);
    // A program before this one may have given the handler a limit, or none.
    if ((await client.exists(`${prefix}:${other}:${job.id}`)) > 0) return;
    await queue.add(jobName(job), sealed, {
      jobId: job.id,
      attempts: job.deferral.attempts,
      backoff: { type: "kiket-gen" },
      stackTraceLimit: 0,
    });
    if (name === own) await client.sadd(ownQueuesKey(prefix), own);
  };
  /** Tries again what Redis has not refused: the same job is stored once. */
  const store = async (job: Job, sealed: string, until: number): Promise<void> => {
    for (;;) {
      try {
        return await storeOnce(job, sealed, until);
      } catch (error) {
        if (isRefusal(error) || isClosed || performance.now() >= until) throw error;
        await setTimeout(lookMilliseconds);
      }
    }
  };

  return {
    async add(job) {
      if (isClosed) throw new KiketError("The queue is closed");
      let failure: unknown;
      const until = performance.now() + addMilliseconds;
      const stored = store(job, sealedJob(job, config), until).catch((error: unknown) => {
        failure = error;
      });
      const isInTime = await within(stored, addMilliseconds);
      if (isInTime && failure === undefined) return;
      const reason = notice.reason() ?? (isInTime ? redisReason(failure) : "no answer");
      // The error of ioredis has the arguments of the command, so it is not passed on.
      throw new KiketError(`Redis did not store the job within ${addMilliseconds / 1000} s: ${reason}`);
    },
    async counts() {
      if (isClosed) throw new KiketError("The queue is closed");
      try {
        await connected(client, performance.now() + addMilliseconds);
        return await readDepth(client, prefix, Date.now());
      } catch (error) {
        throw new KiketError(`Redis did not count the jobs: ${notice.reason() ?? redisReason(error)}`);
      }
    },
    async close() {
      isClosed = true;
      // Not `quit`, which waits for Redis.
      client.disconnect();
    },
  };
}
