import type { JobListing, JobState, JobsOptions } from "kiket-gen/runtime/bullmq";
import { UsageError } from "../base/usage-error.js";
import { anyOf, isOneOf } from "../base/word-list.js";
import { parseArguments } from "./arguments.js";
import type { Io } from "./command.js";
import { type ChangeJobs, changeJobs } from "./jobs/change-jobs.js";
import { type ListJobs, listJobs } from "./jobs/list-jobs.js";

const options = {
  url: { type: "string" },
  prefix: { type: "string" },
  state: { type: "string", multiple: true },
  event: { type: "string" },
  limit: { type: "string" },
  dead: { type: "boolean" },
  "dry-run": { type: "boolean" },
  yes: { type: "boolean" },
  json: { type: "boolean" },
} as const;

export const optionNames: readonly string[] = Object.keys(options);

const changes = ["retry", "discard"] as const;

/** What can be done with jobs. */
export const jobVerbs: readonly string[] = ["list", ...changes];

/** Where a job can be. A test compares them with those of the runtime, which this command loads only when it runs. */
export const listedStates: readonly JobState[] = ["running", "waiting", "delayed", "dead", "done"];

const usualLimit = 100;

type Values = ReturnType<typeof parseArguments<typeof options>>["values"];

interface JobsRequest {
  readonly address: JobsOptions;
  readonly work: ListJobs | ChangeJobs;
}

function statesOf(given: readonly string[]): readonly JobState[] {
  const words = given.flatMap((text) => text.split(",")).map((word) => word.trim());
  if (words.includes("all")) return listedStates;
  return words.map((word) => {
    if (isOneOf(listedStates, word)) return word;
    throw new UsageError(`--state takes ${anyOf([...listedStates, "all"])}, not "${word}"`);
  });
}

function limitOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError(`--limit takes a number of jobs from 1, not "${text}"`);
}

function refuseOptions(verb: string, values: Values, names: readonly (keyof Values)[]): void {
  const [name] = names.filter((each) => values[each] !== undefined);
  if (name !== undefined) throw new UsageError(`--${name} cannot be used with ${verb}`);
}

function workOf(positionals: readonly string[], values: Values): ListJobs | ChangeJobs {
  const [verb, ...ids] = positionals;
  const {
    state,
    event,
    limit = String(usualLimit),
    dead,
    "dry-run": dryRun = false,
    yes = false,
    json = false,
  } = values;
  if (verb === undefined) throw new UsageError(`expected ${anyOf(jobVerbs)}`);
  if (verb === "list") {
    refuseOptions(verb, values, ["dead", "dry-run", "yes"]);
    if (ids[0] !== undefined) throw new UsageError(`list takes no id, got "${ids[0]}"`);
    const states = state === undefined ? undefined : statesOf(state);
    return { does: verb, states, event, limit: limitOf(limit), json };
  }
  if (!isOneOf(changes, verb)) throw new UsageError(`expected ${anyOf(jobVerbs)}, not "${verb}"`);
  refuseOptions(verb, values, ["state", "limit"]);
  const named = [...new Set(ids)];
  if (dead === true && named.length > 0)
    throw new UsageError("--dead means all dead jobs, so it cannot be used with ids");
  if (dead === true) return { does: verb, what: { event }, dryRun, yes, json };
  if (named.length === 0) throw new UsageError(`expected ids of jobs, or --dead to ${verb} all dead jobs`);
  if (event !== undefined) throw new UsageError("--event can only be used with --dead or with list");
  return { does: verb, what: { ids: named }, dryRun, yes, json };
}

/** An address may have a password, and the messages about other arguments repeat them. */
function refuseAddresses(words: readonly (string | undefined)[]): void {
  if (words.every((word) => word?.includes("://") !== true)) return;
  throw new UsageError("an address goes after --url, or into REDIS_URL");
}

function requestOf(args: readonly string[], environment: Io["environment"] = {}): JobsRequest {
  const { values, positionals } = parseArguments(args, options);
  const { url, prefix, event, limit, state = [] } = values;
  refuseAddresses([...positionals, ...state, prefix, event, limit]);
  const own = { ...(url === undefined ? {} : { url }), ...(prefix === undefined ? {} : { prefix }) };
  return { address: { ...own, env: environment }, work: workOf(positionals, values) };
}

/** The errors of the listing say what to do, and their addresses have no password. */
function isSaid(error: unknown): error is Error {
  return error instanceof Error && (error.name === "KiketError" || error.name === "ConfigError");
}

/** `open` opens the jobs at an address. */
export async function workOnJobs(
  args: readonly string[],
  io: Io,
  open: (options: JobsOptions) => Promise<JobListing>,
): Promise<number> {
  const { address, work } = requestOf(args, io.environment);
  let listing: JobListing | undefined;
  try {
    listing = await open(address);
    return work.does === "list" ? await listJobs(work, listing, io) : await changeJobs(work, listing, io);
  } catch (error) {
    if (!isSaid(error)) throw error;
    io.err(`kiket-gen: ${error.message}\n`);
    return 1;
  } finally {
    await listing?.close();
  }
}

export function run(args: readonly string[], io: Io): Promise<number> {
  return workOnJobs(args, io, async (address) => (await import("kiket-gen/runtime/bullmq")).openJobs(address));
}

export const help: string = `Usage: kiket-gen jobs list [options]
       kiket-gen jobs retry|discard <id…> [options]
       kiket-gen jobs retry|discard --dead [--event <name>] [options]

Looks after deferred deliveries in Redis: the jobs of handlers with "defer", in a queue of kiket-gen/runtime/bullmq. list shows them, retry
lets dead ones run again with all their attempts, and discard removes jobs for ever. A job is dead when its last attempt has failed. Payloads,
tokens and secrets stay encrypted: this command has no key.

  --url <url>           redis:// or rediss:// (default: REDIS_URL of the environment; .env is not read). Other programs on this machine
                        can see a password in --url, and not one in REDIS_URL
  --prefix <prefix>     as in createQueue (default: kiket-gen)
  --event <name>        only jobs of this event: issue.created, or issue.created@v1
  --json                print one JSON object a line

With list:
  --state <state>       ${listedStates.join(", ")} or all; several with commas (default: all but done)
  --limit <number>      show at most so many (default: ${usualLimit})

With retry and discard:
  --dead                all dead jobs; asks first
  --yes                 do not ask
  --dry-run             say what would be done, and change nothing

docs/reference/jobs.md explains states and reasons.
Exit status: 0 success, 1 a job was not changed or Redis does not answer, 2 usage error.
`;
