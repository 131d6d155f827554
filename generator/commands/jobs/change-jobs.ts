import type { JobListing, ListedJob } from "kiket-gen/runtime/bullmq";
import { meantWords } from "../../base/did-you-mean.js";
import { jsonText } from "../../base/invisible-characters.js";
import { anyOf } from "../../base/word-list.js";
import { type Io, sayRefusal } from "../command.js";
import { shownName } from "./job-table.js";

/** Which jobs run again or are removed, and how. */
export interface ChangeJobs {
  readonly does: "retry" | "discard";
  /** By their ids, or all dead ones, of this event if it is given. */
  readonly what: { readonly ids: readonly string[] } | { readonly event: string | undefined };
  readonly dryRun: boolean;
  /** Whether nobody needs to be asked. */
  readonly yes: boolean;
  readonly json: boolean;
}

type Result = Awaited<ReturnType<JobListing["retry"] | JobListing["discard"]>>;

/** How many calls are under way at a time. */
const together = 50;
/** With how many ids an unknown one is compared. */
const mostCompared = 200;

const done = { retry: "retried", discard: "discarded" } as const;
const infinitives = { retry: "run again", discard: "be removed" } as const;

const why: Readonly<Record<Exclude<Result, "retried" | "discarded" | "unknown">, string>> = {
  "not-dead": "is not dead, so it runs without this command",
  running: "is running; discard it when the run has ended",
};

/** `1 dead job`, `3 dead jobs of issue.created`. */
function deadJobs(amount: number, event: string | undefined): string {
  return `${amount} dead job${amount === 1 ? "" : "s"}${event === undefined ? "" : ` of ${shownName(event)}`}`;
}

/** What the change would do with a job. */
function foreseen(does: ChangeJobs["does"], job: ListedJob | undefined): Result {
  if (job === undefined) return "unknown";
  if (does === "retry") return job.state === "dead" ? "retried" : "not-dead";
  return job.state === "running" ? "running" : "discarded";
}

async function resultsOf(
  { does, dryRun }: ChangeJobs,
  ids: readonly string[],
  listing: JobListing,
): Promise<readonly (readonly [string, Result])[]> {
  const change = async (id: string): Promise<Result> =>
    dryRun ? foreseen(does, await listing.find(id)) : listing[does](id);
  const results: (readonly [string, Result])[] = [];
  for (let start = 0; start < ids.length; start += together) {
    const some = ids.slice(start, start + together);
    results.push(...(await Promise.all(some.map(async (id) => [id, await change(id)] as const))));
  }
  return results;
}

/** Ids that may have been meant: those that are alike, and those that begin so. */
async function question(id: string, { does }: ChangeJobs, listing: JobListing): Promise<string> {
  const states = does === "retry" ? ["dead" as const] : undefined;
  const known = await listing.list({ states, limit: mostCompared });
  const meant = meantWords(
    id,
    known.map((job) => job.id),
  ).slice(0, 3);
  return meant.length === 0 ? "" : `; did you mean ${anyOf(meant.map(shownName))}?`;
}

async function changeNamed(change: ChangeJobs, ids: readonly string[], listing: JobListing, io: Io): Promise<number> {
  const { does, dryRun, json } = change;
  const results = await resultsOf(change, ids, listing);
  for (const [id, result] of results) {
    const changed = result === done[does];
    if (json) io.out(`${jsonText({ id, result })}\n`);
    else if (changed) io.out(`${shownName(id)}  ${dryRun ? `would ${infinitives[does]}` : result}\n`);
    if (result === "unknown") {
      io.err(
        `kiket-gen: no job ${shownName(id)} at ${listing.place}${await question(id, change, listing)}\n` +
          `    ${io.errStyle.dim("hint: kiket-gen jobs list shows the ids; a job that is done is forgotten after a day")}\n`,
      );
    } else if (result === "not-dead" || result === "running") io.err(`kiket-gen: ${shownName(id)} ${why[result]}\n`);
  }
  return results.every(([, result]) => result === done[does]) ? 0 : 1;
}

/** Undefined if nobody can be asked. */
async function isConfirmed(question: string, { keys, err }: Io): Promise<boolean | undefined> {
  if (keys === undefined) return undefined;
  err(`${question} [y/N] `);
  const key = await new Promise<string>((resolve) => {
    const end = keys((pressed) => {
      end();
      resolve(pressed);
    });
  });
  const isYes = key === "y" || key === "Y";
  err(isYes ? "y\n" : "n\n");
  return isYes;
}

async function changeDead(change: ChangeJobs, event: string | undefined, listing: JobListing, io: Io): Promise<number> {
  const { does, dryRun, yes, json } = change;
  const dead = await listing.list({ states: ["dead"], event, limit: Number.MAX_SAFE_INTEGER });
  const what = deadJobs(dead.length, event);
  if (dead.length === 0) {
    if (!json) io.out(`no ${deadJobs(2, event).slice(2)} at ${listing.place}\n`);
    return 0;
  }
  if (dryRun && !json) {
    io.out(`${what} would ${infinitives[does]}\n`);
    return 0;
  }
  if (!dryRun && !yes) {
    const confirmed = await isConfirmed(`${what} at ${listing.place} will ${infinitives[does]}. Go on?`, io);
    if (confirmed === undefined) {
      const refusal = `${what} at ${listing.place} would ${infinitives[does]}; nothing was changed`;
      return sayRefusal({ refusal, hint: "pass --yes" }, io);
    }
    if (!confirmed) {
      io.err("nothing was changed\n");
      return 1;
    }
  }
  const results = await resultsOf(
    change,
    dead.map(({ id }) => id),
    listing,
  );
  const changed = results.filter(([, result]) => result === done[does]).length;
  if (json) for (const [id, result] of results) io.out(`${jsonText({ id, result })}\n`);
  else io.out(`${deadJobs(changed, event)} ${done[does]}\n`);
  // Somebody else was at it too.
  const others = results.length - changed;
  if (others > 0) io.err(`${deadJobs(others, event)} changed before this command reached them\n`);
  return 0;
}

/** Lets jobs run again, or removes them, and says so. Returns the exit status: 1 if a job that was named has not changed. */
export function changeJobs(change: ChangeJobs, listing: JobListing, io: Io): Promise<number> {
  const { what } = change;
  return "ids" in what ? changeNamed(change, what.ids, listing, io) : changeDead(change, what.event, listing, io);
}
