import { createHash, randomBytes } from "node:crypto";
import { Redis } from "ioredis";
import { afterAll, beforeAll, onTestFinished } from "vitest";
import { createQueue, type RedisQueueOptions } from "../../../../runtime/bullmq.js";
import type { Job, JobOutcome, RunJob } from "../../../../runtime/jobs/job.js";
import type { JobQueue, JobWorker, WorkOptions } from "../../../../runtime/jobs/job-queue.js";
import { createLogRecorder } from "../../../../runtime/testing/log-recorder.js";
import { type RedisServer, startRedis } from "../../../support/redis-server.js";

/** A Redis for the tests of a file, and what looks into it. */
export interface RedisOfFile {
  readonly client: Redis;
  /** Options with a prefix that no other test has. */
  own(): { readonly url: string; readonly prefix: string };
}

export function useRedis(): RedisOfFile {
  let redis: RedisServer;
  let client: Redis;
  let prefixes = 0;
  beforeAll(async () => {
    redis = await startRedis();
    client = new Redis(redis.url);
  });
  afterAll(async () => {
    client.disconnect();
    await redis.close();
  });
  return {
    get client() {
      return client;
    },
    own() {
      prefixes += 1;
      return { url: redis.url, prefix: `test-${prefixes}` };
    },
  };
}

export const encryptionKey: string = randomBytes(32).toString("base64");

/** As the pipeline makes them. */
export function jobId(name: string): string {
  return `job-${createHash("sha256").update(name).digest("base64url")}`;
}

type Change = Partial<Omit<Job, "deferral">> & { readonly deferral?: Partial<Job["deferral"]> };

/** A job that is tried again at once. */
export function newJob(name: string, change: Change = {}): Job {
  const backoff = { delay: 20, factor: 1, longest: 20 };
  return {
    id: jobId(name),
    event: "issue.created",
    version: "v1",
    content: {
      name,
      payload: { title: "title-in-clear" },
      token: "token-in-clear",
      secrets: { key: "secret-in-clear" },
    },
    ...change,
    deferral: { attempts: 5, backoff, timeout: 60_000, concurrency: undefined, ...change.deferral },
  };
}

/** The name that `newJob` was given. */
export function nameOf({ content }: Job): string {
  return String(content.name);
}

export function closeAfterTest(close: () => unknown): void {
  onTestFinished(async () => void (await close()));
}

/** A queue that is closed after the test. */
export function openQueue(options: RedisQueueOptions): JobQueue {
  const queue = createQueue({ encryptionKey, logger: createLogRecorder().logger, env: {}, ...options });
  onTestFinished(() => queue.close?.());
  return queue;
}

/** A worker that is closed after the test. */
export async function openWorker(queue: JobQueue, run: RunJob, options: Partial<WorkOptions> = {}): Promise<JobWorker> {
  const { logger } = createLogRecorder();
  const worker = await queue.work(run, { concurrency: 4, handlers: [], logger, ...options });
  onTestFinished(() => worker.close(0));
  return worker;
}

export const done: JobOutcome = { state: "done" };
