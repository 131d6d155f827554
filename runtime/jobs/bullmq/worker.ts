import type { Worker } from "bullmq";
import type { Cluster, Redis } from "ioredis";
import { within } from "../../base/deadline.js";
import { isDisconnection, redisReason } from "../../base/redis/redis-failure.js";
import { sleepInBackground } from "../../base/sleep.js";
import type { RunJob } from "../job.js";
import type { JobWorker, WorkOptions } from "../job-queue.js";
import { watchClient } from "./away-notice.js";
import { createJobRuns, type JobRuns } from "./job-runs.js";
import type { RedisQueueConfig } from "./options.js";
import { createOutcomeKeeper, noteReason, waitOf } from "./outcome-keeper.js";
import { commonQueue, eventAndVersion, isOwnQueue, jobName, ownQueue, ownQueuesKey, shownName } from "./queue-names.js";
import { createRunPlaces } from "./run-places.js";

const day = 24 * 3_600;
/** In seconds. Kiket may deliver again for 24 h, and a job that is known is not added. */
const keepDone = { age: day };
const keepDead = { age: 30 * day, count: 10_000 };

/** A job whose worker was killed runs again this often. */
const mostCrashes = 3;
/** BullMQ's limit for one command that waits for a job is 10 s. */
const socketMilliseconds = 15_000;
/** How often queues are looked for that are no handler's any more. */
const lookMilliseconds = 30_000;
const restartMilliseconds = 1_000;
/** Time for runs to give their jobs back. */
const returnMilliseconds = 2_000;
const lastMilliseconds = 1_000;

/** A client whose calls wait for Redis: what has ended must be stored. */
function openClient({ place, packages }: RedisQueueConfig): Redis | Cluster {
  const limits = { maxRetriesPerRequest: null, socketTimeout: socketMilliseconds, connectTimeout: socketMilliseconds };
  return place.open({ connectionName: "kiket-gen-worker", enableOfflineQueue: true, ...limits }, packages);
}

interface QueueContext {
  readonly config: RedisQueueConfig;
  readonly client: Redis | Cluster;
  readonly runs: JobRuns;
  readonly options: WorkOptions;
  readonly isAway: () => boolean;
}

function newWorker(name: string, concurrency: number, { config, client, runs, options, isAway }: QueueContext): Worker {
  const { packages, prefix, lease } = config;
  const { logger } = options;
  const worker = new packages.bullmq.Worker(name, (job, token = "") => runs.process(job, token), {
    connection: client,
    prefix,
    concurrency,
    autorun: false,
    lockDuration: lease,
    stalledInterval: lease / 2,
    maxStalledCount: mostCrashes,
    removeOnComplete: keepDone,
    removeOnFail: keepDead,
    runRetryDelay: restartMilliseconds,
    settings: { backoffStrategy: (_failed, _type, error) => waitOf(error) },
  });
  let isTold = false;
  worker.on("error", (error) => {
    // An outage is told once for all connections. Which of them notices it first is chance.
    if (isAway() || isTold || isDisconnection(error)) return;
    isTold = true;
    setTimeout(() => {
      isTold = false;
    }, lookMilliseconds).unref();
    logger.warn("Redis refused a call of the queue", { queue: name, reason: redisReason(error) });
  });
  worker.on("lockRenewalFailed", (ids) => runs.lose(ids));
  // Outcomes of runs do not come this way.
  worker.on("failed", (job) => {
    // BullMQ has stored a sentence, and listings show codes.
    noteReason(client, `${prefix}:${name}:${job?.id}`, "worker-killed").catch(() => undefined);
    const { event, version } = eventAndVersion(shownName(job?.name));
    logger.error("A deferred delivery is dead: its worker was killed each time it ran", {
      ...{ event, version, jobId: shownName(job?.id), crashes: mostCrashes + 1 },
    });
  });
  return worker;
}

/** Runs the jobs of every queue in this process, as soon as Redis is there. */
export function startJobWorker(config: RedisQueueConfig, run: RunJob, options: WorkOptions): JobWorker {
  const { concurrency, handlers, logger } = options;
  const client = openClient(config);
  const { isAway } = watchClient(client, logger, config.place.name, "deferred deliveries wait");
  const limited = handlers.flatMap((handler) =>
    handler.concurrency === undefined ? [] : [{ handler, most: handler.concurrency }],
  );
  const limits = new Map(limited.map(({ handler, most }) => [jobName(handler), most]));
  const own = new Map(limited.map(({ handler, most }) => [ownQueue(handler), Math.min(most, concurrency)]));
  const keeper = createOutcomeKeeper(config, client, logger);
  const places = createRunPlaces(concurrency, limits);
  const runs = createJobRuns(run, { config, keeper, places, logger, random: Math.random, now: Date.now });
  const context: QueueContext = { config, client, runs, options, isAway };
  const stop = new AbortController();
  const open = new Map<string, Worker>();
  /** Each ends when its worker is paused and has no job. */
  const loops = new Set<Promise<unknown>>();

  /** Works on one queue. If Redis goes away while BullMQ starts, it must start anew. */
  const workOn = async (name: string, most: number): Promise<void> => {
    while (!stop.signal.aborted) {
      const worker = newWorker(name, most, context);
      open.set(name, worker);
      try {
        await worker.waitUntilReady();
        if (stop.signal.aborted) return;
        const loop = worker.run().catch(() => undefined);
        loops.add(loop);
        void loop.then(() => loops.delete(loop));
        return;
      } catch {
        await within(worker.close(true), lastMilliseconds);
        await sleepInBackground(restartMilliseconds, stop.signal);
      }
    }
  };

  /** Works on queues that no handler has any more, as long as there are jobs in them. */
  const workOnOthers = async (): Promise<void> => {
    for (const name of await client.smembers(ownQueuesKey(config.prefix))) {
      if (own.has(name) || !isOwnQueue(name)) continue;
      const key = (part: string): string => `${config.prefix}:${name}:${part}`;
      const [waiting, active, delayed] = await Promise.all([
        client.llen(key("wait")),
        client.llen(key("active")),
        client.zcard(key("delayed")),
      ]);
      const worker = open.get(name);
      const isEmpty = waiting + active + delayed === 0;
      if (worker === undefined && !isEmpty) void workOn(name, concurrency);
      if (worker === undefined || !isEmpty) continue;
      open.delete(name);
      await worker.close();
    }
  };

  const work = async (): Promise<void> => {
    for (const [name, most] of [[commonQueue, concurrency] as const, ...own]) void workOn(name, most);
    while (!stop.signal.aborted) {
      await workOnOthers().catch(() => undefined);
      await sleepInBackground(lookMilliseconds, stop.signal);
    }
  };
  client.connect().catch(() => undefined);
  void work();

  let closing: Promise<void> | undefined;
  const close = async (withinMilliseconds: number): Promise<void> => {
    stop.abort();
    runs.stop();
    const workers = [...open.values()];
    for (const worker of workers) {
      worker.pause(true).catch(() => undefined);
      // Else it would take the jobs that are given back.
      worker
        .getBackend()
        .disconnectBlocking()
        .catch(() => undefined);
    }
    if (!(await within(Promise.all(loops), withinMilliseconds))) {
      runs.abort();
      await within(Promise.all(loops), returnMilliseconds);
    }
    runs.end();
    await within(Promise.all(workers.map((worker) => worker.close(true))), lastMilliseconds);
    client.disconnect();
  };
  return {
    close(withinMilliseconds) {
      closing ??= close(withinMilliseconds);
      return closing;
    },
  };
}
