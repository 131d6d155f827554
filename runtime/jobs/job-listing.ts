/** Where a job is. `waiting`: to be run now. `delayed`: to be run again later, after a run that failed. */
export type JobState = "waiting" | "delayed" | "running" | "dead" | "done";

export const jobStates: readonly JobState[] = ["running", "waiting", "delayed", "dead", "done"];

/**
 * What is shown of a job: nothing that is encrypted. Every text comes from Redis as it is there: it may be of any length and contain any
 * character.
 */
export interface ListedJob {
  readonly id: string;
  readonly event: string;
  readonly version: string;
  readonly state: JobState;
  /** How many runs have failed or ended. */
  readonly attempts: number;
  /** How many there are at most; undefined if Redis does not say. */
  readonly maxAttempts: number | undefined;
  /** Milliseconds since 1970, as are all times here. */
  readonly addedAt: number;
  /** When it runs again. Only of a delayed job. */
  readonly nextRunAt: number | undefined;
  /** When the last run began; undefined if there was none. */
  readonly startedAt: number | undefined;
  /** When it was done or died. */
  readonly endedAt: number | undefined;
  /** Why the last run has failed, or the job was given back: a code. Undefined if neither has happened. */
  readonly reason: string | undefined;
}

/** Which jobs `list` returns. */
export interface JobFilter {
  /** Default: all but `done`. */
  readonly states?: readonly JobState[] | undefined;
  /** The name of an event, or `event@version`. Default: all. */
  readonly event?: string | undefined;
  /** Default 100. */
  readonly limit?: number | undefined;
}

/** The jobs of every queue of one prefix, for people who look after them. Each call rejects with a `KiketError` if Redis does not answer in time. */
export interface JobListing {
  /** Where it reads, without a password: for messages. */
  readonly place: string;
  /** How many jobs are in each state, over all queues of the prefix. */
  counts(): Promise<Readonly<Record<JobState, number>>>;
  /** In the order of `jobStates`; of each state those first that come next, or ended last. */
  list(filter?: JobFilter): Promise<readonly ListedJob[]>;
  /** Undefined if there is none with this id. */
  find(id: string): Promise<ListedJob | undefined>;
  /** Lets a dead job run again, with all its attempts. `not-dead`: nothing has changed. */
  retry(id: string): Promise<"retried" | "unknown" | "not-dead">;
  /** Removes a job, whatever its state. `running`: nothing has changed, because a worker has it. */
  discard(id: string): Promise<"discarded" | "unknown" | "running">;
  /** Closes the connection. */
  close(): Promise<void>;
}
