import type { JobListing, JobState } from "kiket-gen/runtime/bullmq";
import type { Io } from "../command.js";
import { formatCounts, formatJobJson, formatJobs } from "./job-table.js";

/** Which jobs are listed, and how. */
export interface ListJobs {
  readonly does: "list";
  /** Undefined: all but those that are done. */
  readonly states: readonly JobState[] | undefined;
  readonly event: string | undefined;
  readonly limit: number;
  readonly json: boolean;
}

/** Prints jobs. Returns the exit status. */
export async function listJobs({ states, event, limit, json }: ListJobs, listing: JobListing, io: Io): Promise<number> {
  // One more, to know whether there are more.
  const found = await listing.list({ states, event, limit: limit + 1 });
  const jobs = found.slice(0, limit);
  if (json) for (const job of jobs) io.out(formatJobJson(job));
  else {
    const counts = formatCounts(await listing.counts());
    if (jobs.length > 0) io.out(formatJobs(jobs, io.now().getTime(), io.outStyle));
    if (counts === "") io.out(`no jobs at ${listing.place}\n`);
    else if (jobs.length > 0) io.out(`\n${counts}\n`);
    else io.out(`no such job at ${listing.place}, which has: ${counts}\n`);
  }
  if (found.length > limit) io.err(`there are more than these ${limit}; --limit ${limit * 10} shows more\n`);
  return 0;
}
