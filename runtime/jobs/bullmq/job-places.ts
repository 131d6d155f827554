import type { Cluster, Redis } from "ioredis";
import type { JobState } from "../job-listing.js";
import type { JobCounts } from "../job-queue.js";
import { commonQueue, isOwnQueue, ownQueuesKey } from "./queue-names.js";

/** Where BullMQ keeps the ids of a state: in a list, of which the last one is next, or sorted. Ids of a queue that is paused are never here. */
export const places: Readonly<Record<JobState, { key: string; kind: "list" | "soonest" | "latest" }>> = {
  running: { key: "active", kind: "list" },
  waiting: { key: "wait", kind: "list" },
  delayed: { key: "delayed", kind: "soonest" },
  dead: { key: "failed", kind: "latest" },
  done: { key: "completed", kind: "latest" },
};

/** The key of a part of a queue, or of a job: only what is read here, and nothing that a name could lead to elsewhere. */
export function partKey(prefix: string, queue: string, part: string): string {
  return `${prefix}:${queue}:${part}`;
}

/** The names of all queues of a prefix. */
export async function queuesThere(client: Redis | Cluster, prefix: string): Promise<readonly string[]> {
  return [commonQueue, ...(await client.smembers(ownQueuesKey(prefix))).filter(isOwnQueue).sort()];
}

/**
 * How many jobs are in each state, in all queues of a prefix.
 * @throws what Redis answers if a key belongs to another program.
 */
export async function countJobs<State extends JobState>(
  client: Redis | Cluster,
  prefix: string,
  queues: readonly string[],
  states: readonly State[],
): Promise<Readonly<Record<State, number>>> {
  const counts = Object.fromEntries(states.map((state) => [state, 0])) as Record<State, number>;
  const wanted = queues.flatMap((queue) => states.map((state) => ({ queue, state })));
  const pipeline = client.pipeline();
  for (const { queue, state } of wanted) {
    const { key, kind } = places[state];
    pipeline[kind === "list" ? "llen" : "zcard"](partKey(prefix, queue, key));
  }
  for (const [index, [error, count]] of ((await pipeline.exec()) ?? []).entries()) {
    const state = wanted[index]?.state;
    if (error !== null) throw error;
    if (state !== undefined) counts[state] += Number(count);
  }
  return counts;
}

/** When the job was added that runs next, of all queues, in milliseconds since 1970. Undefined if none waits. */
async function nextAddedAt(
  client: Redis | Cluster,
  prefix: string,
  queues: readonly string[],
): Promise<number | undefined> {
  const times = await Promise.all(
    queues.map(async (queue) => {
      const id = await client.lindex(partKey(prefix, queue, places.waiting.key), -1);
      return id === null ? null : client.hget(partKey(prefix, queue, id), "timestamp");
    }),
  );
  const found = times.map((time) => (time === null ? Number.NaN : Number(time))).filter(Number.isFinite);
  return found.length === 0 ? undefined : Math.min(...found);
}

/** The depth of all queues of a prefix, and the age of the job that runs next. */
export async function readDepth(client: Redis | Cluster, prefix: string, now: number): Promise<JobCounts> {
  const queues = await queuesThere(client, prefix);
  const counts = await countJobs(client, prefix, queues, ["waiting", "running", "delayed", "dead"]);
  const addedAt = await nextAddedAt(client, prefix, queues);
  // The clock of the process that added it may be ahead.
  return { ...counts, oldestAge: addedAt === undefined ? 0 : Math.max(0, now - addedAt) };
}
