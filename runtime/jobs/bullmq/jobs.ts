import type { Queue } from "bullmq";
import type { Redis } from "ioredis";
import { within } from "../../base/deadline.js";
import { KiketError } from "../../base/errors.js";
import { parseJsonObject } from "../../base/json.js";
import { type Environment, processEnvironment } from "../../base/process.js";
import { isRefusal, redisReason } from "../../base/redis/redis-failure.js";
import { type JobFilter, type JobListing, type JobState, jobStates, type ListedJob } from "../job-listing.js";
import { countJobs, partKey, places, queuesThere } from "./job-places.js";
import { loadPackages, type QueuePackages } from "./packages.js";
import { eventAndVersion, keyPrefix } from "./queue-names.js";
import { type RedisPlace, type RedisPlaceOptions, resolveRedisPlace } from "./redis-place.js";

/** The options of `openJobs`. There is no key: nothing is decrypted. */
export interface JobsOptions extends RedisPlaceOptions {
  /** As in `createQueue`. Default `kiket-gen`. */
  readonly prefix?: string | undefined;
  /** The variables of the environment. Default: `process.env`. */
  readonly env?: Environment | undefined;
}

/** Redis must answer within this time. */
const patience = 5_000;
/** A list by event may look at millions of jobs, about 25,000 a second. A Redis that answers no command is noticed sooner. */
const scanWithin = 600_000;
/** How many ids are looked at together. */
const page = 500;
/** BullMQ multiplies times with this, to have room for an order within a millisecond. */
const scoreFactor = 0x1000;

/** The members of a job that are read. Not its data: they are large, and encrypted. */
const members = ["name", "atm", "opts", "timestamp", "processedOn", "finishedOn", "failedReason"] as const;

/** BullMQ's own text, for a job that died with each of its workers. */
const stalledReason = /^job stalled more than allowable limit/;

function numberOf(text: string | null | undefined): number | undefined {
  const value = text === null || text === undefined || text === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

function jobOf(id: string, state: JobState, values: readonly (string | null)[], score: string | null): ListedJob {
  const [name, made, options, timestamp, processedOn, finishedOn, reason] = values;
  const { attempts } = parseJsonObject(options ?? "") ?? {};
  const dueAt = numberOf(score);
  return {
    ...{ id, ...eventAndVersion(name ?? ""), state },
    attempts: numberOf(made) ?? 0,
    maxAttempts: typeof attempts === "number" ? attempts : undefined,
    addedAt: numberOf(timestamp) ?? Number.NaN,
    nextRunAt: state === "delayed" && dueAt !== undefined ? Math.floor(dueAt / scoreFactor) : undefined,
    startedAt: numberOf(processedOn),
    endedAt: state === "dead" || state === "done" ? numberOf(finishedOn) : undefined,
    reason: reason ? reason.replace(stalledReason, "worker-killed") : undefined,
  };
}

/** What the jobs of a state are sorted by; the first in the list is the first that matters. */
function rank({ state, startedAt, addedAt, nextRunAt, endedAt }: ListedJob): number {
  if (state === "dead" || state === "done") return -(endedAt ?? 0);
  return (state === "running" ? startedAt : state === "delayed" ? nextRunAt : addedAt) ?? 0;
}

/** What went wrong, and what to do. */
function complaint(error: unknown): string {
  const reason = redisReason(error);
  if (/WRONGTYPE/.test(reason)) return `${reason}. Another program uses this prefix: choose another one`;
  return isRefusal(error) ? reason : `${reason}. Start it, or correct its address (REDIS_URL)`;
}

async function connect(place: RedisPlace, packages: QueuePackages): Promise<Redis> {
  // A Cluster has the same commands.
  const limits = { maxRetriesPerRequest: 0, socketTimeout: patience, connectTimeout: patience };
  const client = place.open(
    { connectionName: "kiket-gen-jobs", enableOfflineQueue: false, ...limits },
    packages,
  ) as Redis;
  let failure: unknown = new Error(`no answer within ${patience / 1000} s`);
  const failed = new Promise<"failed">((resolve) => {
    client.on("error", (error: unknown) => {
      failure = error;
      resolve("failed");
    });
  });
  const ready = new Promise<"ready">((resolve) => void client.once("ready", () => resolve("ready")));
  // What fails is told by its event.
  client.connect().catch(() => undefined);
  const first = Promise.race([failed, ready]);
  if ((await within(first, patience)) && (await first) === "ready") return client;
  client.disconnect();
  throw new KiketError(`Redis at ${place.name} cannot be used: ${complaint(failure)}`);
}

/**
 * Opens the jobs of a prefix. Connects at once.
 * @throws {ConfigError} if an option is not valid, there is no address, or `bullmq` or `ioredis` is not installed.
 * @throws {KiketError} if Redis does not answer within 5 s, or refuses the connection. No message contains a password.
 */
export async function openJobs(options: JobsOptions = {}): Promise<JobListing> {
  const prefix = keyPrefix(options.prefix);
  const place = resolveRedisPlace(options, options.env ?? processEnvironment());
  const packages = await loadPackages();
  const { Queue } = packages.bullmq;
  const client = await connect(place, packages);
  const opened = new Map<string, Queue>();

  const keyOf = (queue: string, part: string): string => partKey(prefix, queue, part);
  const open = (name: string): Queue => {
    const queue =
      opened.get(name) ??
      new Queue(name, { connection: client, prefix, skipVersionCheck: true, skipMetasUpdate: true });
    queue.on("error", () => undefined);
    opened.set(name, queue);
    return queue;
  };
  const idsAt = (queue: string, state: JobState, start: number): Promise<string[]> => {
    const { key, kind } = places[state];
    const end = start + page - 1;
    if (kind === "soonest") return client.zrange(keyOf(queue, key), `${start}`, `${end}`);
    if (kind === "latest") return client.zrevrange(keyOf(queue, key), start, end);
    return client.lrange(keyOf(queue, key), -end - 1, -start - 1).then((ids) => ids.reverse());
  };
  const read = async (queue: string, state: JobState, ids: readonly string[]): Promise<ListedJob[]> => {
    const pipeline = client.pipeline();
    for (const id of ids) {
      pipeline.hmget(keyOf(queue, id), ...members);
      if (state === "delayed") pipeline.zscore(keyOf(queue, places.delayed.key), id);
    }
    const replies = (await pipeline.exec()) ?? [];
    const step = state === "delayed" ? 2 : 1;
    return ids.flatMap((id, index) => {
      const [error, values] = replies[index * step] ?? [];
      const [, score] = state === "delayed" ? (replies[index * step + 1] ?? []) : [];
      // Gone since, or the key of another program.
      if (error || !Array.isArray(values) || values.every((value) => value === null)) return [];
      return [jobOf(id, state, values as (string | null)[], typeof score === "string" ? score : null)];
    });
  };
  const listIn = async (queue: string, state: JobState, { event }: JobFilter, limit: number): Promise<ListedJob[]> => {
    const found: ListedJob[] = [];
    for (let start = 0; found.length < limit; start += page) {
      const ids = await idsAt(queue, state, start);
      const jobs = await read(queue, state, ids);
      const isWanted = (job: ListedJob): boolean =>
        event === undefined || event === job.event || event === `${job.event}@${job.version}`;
      found.push(...jobs.filter(isWanted));
      if (ids.length < page) break;
    }
    return found;
  };

  const stateIn = async (queue: string, id: string): Promise<JobState | undefined> => {
    const state = await open(queue).getJobState(id);
    const known = { active: "running", waiting: "waiting", delayed: "delayed", failed: "dead", completed: "done" };
    return (known as Readonly<Record<string, JobState | undefined>>)[state];
  };
  /** The queue that has the job, and its state there. */
  const placeOf = async (id: string): Promise<{ readonly queue: string; readonly state: JobState } | undefined> => {
    for (const queue of await queuesThere(client, prefix)) {
      const state = await stateIn(queue, id);
      if (state !== undefined) return { queue, state };
    }
    return undefined;
  };

  /** Redis may go away at any time. Its errors name no content; those of ioredis have the command, which is left out. */
  const telling = async <T>(work: () => Promise<T>, wholeWithin = patience * 4): Promise<T> => {
    const working = work();
    try {
      if (await within(working, wholeWithin)) return await working;
    } catch (error) {
      throw new KiketError(`Redis at ${place.name} has failed: ${complaint(error)}`);
    }
    throw new KiketError(`Redis at ${place.name} does not answer. Run the command again when it does`);
  };

  return {
    place: place.name,
    counts: () => telling(async () => countJobs(client, prefix, await queuesThere(client, prefix), jobStates)),
    list: (filter = {}) =>
      telling(async () => {
        const { states = jobStates.filter((state) => state !== "done"), limit = 100 } = filter;
        const queues = await queuesThere(client, prefix);
        const jobs: ListedJob[] = [];
        for (const state of jobStates.filter((each) => states.includes(each))) {
          const rest = limit - jobs.length;
          const found = await Promise.all(queues.map((queue) => listIn(queue, state, filter, rest)));
          jobs.push(
            ...found
              .flat()
              .sort((a, b) => rank(a) - rank(b))
              .slice(0, rest),
          );
        }
        return jobs;
      }, scanWithin),
    find: (id) =>
      telling(async () => {
        const found = await placeOf(id);
        return found === undefined ? undefined : (await read(found.queue, found.state, [id]))[0];
      }),
    retry: (id) =>
      telling(async () => {
        const found = await placeOf(id);
        if (found === undefined) return "unknown";
        if (found.state !== "dead") return "not-dead";
        const job = await open(found.queue).getJob(id);
        if (job === undefined) return "unknown";
        // Else one more crash of its worker would make it dead again.
        await client.hdel(keyOf(found.queue, id), "stc");
        await job.retry("failed", { resetAttemptsMade: true, resetAttemptsStarted: true });
        return "retried";
      }),
    discard: (id) =>
      telling(async () => {
        const found = await placeOf(id);
        if (found === undefined) return "unknown";
        if (found.state === "running") return "running";
        // 0: a worker has taken it since.
        return (await open(found.queue).remove(id)) === 1 ? "discarded" : "running";
      }),
    async close() {
      client.disconnect();
    },
  };
}
