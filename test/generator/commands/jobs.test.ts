import { beforeEach, describe, expect, it } from "vitest";
import type { Io } from "../../../generator/commands/command.js";
import { listedStates, workOnJobs } from "../../../generator/commands/jobs.js";
import { coloured } from "../../../generator/terminal/report.js";
import { ConfigError, KiketError } from "../../../runtime/base/errors.js";
import type { JobFilter, JobListing, ListedJob } from "../../../runtime/jobs/job-listing.js";
import { jobStates } from "../../../runtime/jobs/job-listing.js";
import { runCommand } from "../../support/run-command.js";
import type { Finished } from "../../support/run-node.js";

const now = Date.parse("2026-11-26T10:00:00Z");
const minute = 60_000;

function job(more: Partial<ListedJob> & Pick<ListedJob, "id" | "state">): ListedJob {
  return {
    ...{ event: "issue.created", version: "v1", attempts: 0, maxAttempts: 5, addedAt: now - 3 * minute },
    ...{ nextRunAt: undefined, startedAt: undefined, endedAt: undefined, reason: undefined },
    ...more,
  };
}

const dead = job({
  ...{ id: "job-Dead1", state: "dead", attempts: 5, addedAt: now - 26 * 60 * minute, reason: "handler-failed" },
  ...{ startedAt: now - 30 * minute, endedAt: now - 29 * minute },
});
const otherDead = job({ id: "job-Dead2", state: "dead", attempts: 1, event: "case.closed", reason: "scopes-missing" });
const usual: readonly ListedJob[] = [
  job({ id: "job-Run", state: "running", attempts: 1, addedAt: now - 119_000 }),
  job({ id: "job-Wait", state: "waiting" }),
  job({ id: "job-Later", state: "delayed", attempts: 2, nextRunAt: now + 40_500, reason: "timeout" }),
  dead,
  otherDead,
  job({ id: "job-Done", state: "done", attempts: 1, maxAttempts: undefined }),
];

let jobs: ListedJob[];
let calls: string[];
let isOpen: boolean;
beforeEach(() => {
  jobs = [...usual];
  calls = [];
  isOpen = false;
});

/** In place of Redis. */
const listing: JobListing = {
  place: "redis://redis.example:6379",
  async counts() {
    const amounts = jobStates.map((state) => [state, jobs.filter((each) => each.state === state).length]);
    return Object.fromEntries(amounts);
  },
  async list({ states = jobStates.filter((state) => state !== "done"), event, limit = 100 }: JobFilter = {}) {
    const isWanted = (each: ListedJob) =>
      event === undefined || [each.event, `${each.event}@${each.version}`].includes(event);
    return jobStates
      .filter((state) => states.includes(state))
      .flatMap((state) => jobs.filter((each) => each.state === state && isWanted(each)))
      .slice(0, limit);
  },
  async find(id) {
    return jobs.find((each) => each.id === id);
  },
  async retry(id) {
    calls.push(`retry ${id}`);
    const found = jobs.find((each) => each.id === id);
    return found === undefined ? "unknown" : found.state === "dead" ? "retried" : "not-dead";
  },
  async discard(id) {
    calls.push(`discard ${id}`);
    const found = jobs.find((each) => each.id === id);
    return found === undefined ? "unknown" : found.state === "running" ? "running" : "discarded";
  },
  async close() {
    isOpen = false;
  },
};

async function run(args: readonly string[], more: Partial<Io> = {}): Promise<Finished> {
  const command = {
    run: (words: readonly string[], io: Io) =>
      workOnJobs(words, io, async () => {
        isOpen = true;
        return listing;
      }),
  };
  const finished = await runCommand(command, args, undefined, { now: () => new Date(now), ...more });
  expect(isOpen).toBe(false);
  return finished;
}

/** One who presses this key when asked. */
function pressing(key: string): Pick<Io, "keys"> {
  return {
    keys: (onKey) => {
      queueMicrotask(() => onKey(key));
      return () => {};
    },
  };
}

describe("kiket-gen jobs list", () => {
  it("prints a table of all but those that are done, and how many there are", async () => {
    expect(await run(["list"])).toEqual({
      code: 0,
      stderr: "",
      stdout: `ID         EVENT             STATE    RUNS  AGE    NEXT RUN  REASON
job-Run    issue.created@v1  running  1/5   119 s  -         -
job-Wait   issue.created@v1  waiting  0/5   3 min  -         -
job-Later  issue.created@v1  delayed  2/5   3 min  in 40 s   timeout
job-Dead1  issue.created@v1  dead     5/5   26 h   -         handler-failed
job-Dead2  case.closed@v1    dead     1/5   3 min  -         scopes-missing

1 running, 1 waiting, 1 delayed, 2 dead, 1 done
`,
    });
  });

  it("takes states and an event", async () => {
    const ids = async (...args: readonly string[]) =>
      [...(await run(["list", ...args])).stdout.matchAll(/^job-\w+/gm)].map(([id]) => id);
    expect(await ids("--state", "done")).toEqual(["job-Done"]);
    expect(await ids("--state", "delayed,dead")).toEqual(["job-Later", "job-Dead1", "job-Dead2"]);
    expect(await ids("--state", "delayed", "--state", "running")).toEqual(["job-Run", "job-Later"]);
    expect(await ids("--state", "all")).toHaveLength(6);
    expect(await ids("--event", "case.closed")).toEqual(["job-Dead2"]);
    expect(await ids("--event", "case.closed@v1", "--state", "waiting")).toEqual([]);
  });

  it("prints an object a line as JSON, with times as ISO 8601 and without what is unknown", async () => {
    const { stdout } = await run(["list", "--json", "--state", "dead,done"]);
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    expect(JSON.parse(lines[0] ?? "")).toEqual({
      ...{ id: "job-Dead1", event: "issue.created", version: "v1", state: "dead", attempts: 5, maxAttempts: 5 },
      ...{ addedAt: "2026-11-25T08:00:00.000Z", startedAt: "2026-11-26T09:30:00.000Z" },
      ...{ endedAt: "2026-11-26T09:31:00.000Z", reason: "handler-failed" },
    });
    expect(JSON.parse(lines[2] ?? "")).not.toHaveProperty("maxAttempts");
  });

  it("says that there is none, or none of these, and where it has looked", async () => {
    expect((await run(["list", "--event", "nothing"])).stdout).toBe(
      "no such job at redis://redis.example:6379, which has: 1 running, 1 waiting, 1 delayed, 2 dead, 1 done\n",
    );
    jobs = [];
    expect(await run(["list"])).toEqual({ code: 0, stdout: "no jobs at redis://redis.example:6379\n", stderr: "" });
    expect(await run(["list", "--json"])).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  it("says where there are more than it shows", async () => {
    const { stdout, stderr } = await run(["list", "--limit", "2"]);
    expect(stdout).not.toContain("job-Later");
    expect(stderr).toBe("there are more than these 2; --limit 20 shows more\n");
    expect((await run(["list", "--limit", "5"])).stderr).toBe("");
  });

  it("shows names of other programs without what controls a terminal, and not at any length", async () => {
    const hostile = `\u001b[2J${"x".repeat(100_000)}`;
    const times = { addedAt: Number.NaN, nextRunAt: Number.POSITIVE_INFINITY, endedAt: 9e99 };
    jobs = [
      job({ id: hostile, event: `a\nb\u202e${hostile}`, version: "", state: "delayed", reason: hostile, ...times }),
    ];
    const table = await run(["list"], { outStyle: coloured });
    expect(table.stdout.split("\n")[1]).toMatch(/^\\u\{1b\}\[2Jx{50,60}… +a\\u\{a\}b\\u\{202e\}.* in \? .*…$/);
    const json = await run(["list", "--json"]);
    expect(json.stdout.length).toBeLessThan(1_000);
    expect(JSON.parse(json.stdout)).toMatchObject({ event: expect.stringContaining("a\nb") });
    for (const { stdout } of [table, json]) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it looks for them
      expect(stdout.replace(/\u001b\[(?:1|22|33|39)m/g, "")).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    }
  });
});

describe("kiket-gen jobs retry and discard", () => {
  it("change the jobs that are named, each once", async () => {
    expect(await run(["retry", "job-Dead1", "job-Dead2", "job-Dead1"])).toEqual({
      code: 0,
      stdout: "job-Dead1  retried\njob-Dead2  retried\n",
      stderr: "",
    });
    expect(calls).toEqual(["retry job-Dead1", "retry job-Dead2"]);
    expect((await run(["discard", "job-Wait"])).stdout).toBe("job-Wait  discarded\n");
  });

  it("exit 1 where one was not changed, and say why", async () => {
    expect(await run(["retry", "job-Wait", "job-Dead1"])).toEqual({
      code: 1,
      stdout: "job-Dead1  retried\n",
      stderr: "kiket-gen: job-Wait is not dead, so it runs without this command\n",
    });
    const { code, stderr } = await run(["discard", "job-Run"]);
    expect([code, stderr]).toEqual([1, "kiket-gen: job-Run is running; discard it when the run has ended\n"]);
  });

  it("ask which job was meant", async () => {
    const { code, stderr } = await run(["retry", "job-Daed1"]);
    expect([code, stderr.split("\n")[0]]).toEqual([
      1,
      "kiket-gen: no job job-Daed1 at redis://redis.example:6379; did you mean job-Dead1?",
    ]);
    expect((await run(["discard", "job-Late"])).stderr).toContain("did you mean job-Later?");
    expect((await run(["discard", "\u001b[2J"])).stderr).toMatch(/^kiket-gen: no job \\u\{1b\}\[2J at/);
  });

  it("take all dead ones, or those of an event, with --yes", async () => {
    expect(await run(["retry", "--dead", "--yes"])).toEqual({ code: 0, stdout: "2 dead jobs retried\n", stderr: "" });
    expect(calls).toEqual(["retry job-Dead1", "retry job-Dead2"]);
    const { stdout } = await run(["discard", "--dead", "--event", "case.closed", "--yes"]);
    expect(stdout).toBe("1 dead job of case.closed discarded\n");
    expect(calls.slice(2)).toEqual(["discard job-Dead2"]);
  });

  it("ask before they take all dead ones, and change nothing without an answer", async () => {
    const question = "2 dead jobs at redis://redis.example:6379 will be removed. Go on? [y/N] ";
    expect(await run(["discard", "--dead"], pressing("n"))).toEqual({
      code: 1,
      stdout: "",
      stderr: `${question}n\nnothing was changed\n`,
    });
    expect((await run(["discard", "--dead"], pressing("\u0003"))).code).toBe(1);
    expect(await run(["discard", "--dead"])).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "kiket-gen: 2 dead jobs at redis://redis.example:6379 would be removed; nothing was changed\n    hint: pass --yes\n",
    });
    expect(calls).toEqual([]);
    expect(await run(["discard", "--dead"], pressing("y"))).toEqual({
      code: 0,
      stdout: "2 dead jobs discarded\n",
      stderr: `${question}y\n`,
    });
  });

  it("say with --dry-run what they would do, and change nothing", async () => {
    expect((await run(["retry", "--dead", "--dry-run"])).stdout).toBe("2 dead jobs would run again\n");
    const { code, stdout, stderr } = await run(["discard", "--dry-run", "job-Dead1", "job-Run"]);
    expect([code, stdout]).toEqual([1, "job-Dead1  would be removed\n"]);
    expect(stderr).toContain("job-Run is running");
    expect(calls).toEqual([]);
  });

  it("print results as JSON", async () => {
    const { code, stdout } = await run(["retry", "--json", "job-Dead1", "job-Wait", "job-None"]);
    expect([code, stdout]).toEqual([
      1,
      '{"id":"job-Dead1","result":"retried"}\n{"id":"job-Wait","result":"not-dead"}\n{"id":"job-None","result":"unknown"}\n',
    ]);
    expect((await run(["retry", "--dead", "--json", "--yes"])).stdout.split("\n")).toHaveLength(3);
  });

  it("say that there is no dead one", async () => {
    jobs = [];
    expect(await run(["retry", "--dead"])).toEqual({
      code: 0,
      stdout: "no dead jobs at redis://redis.example:6379\n",
      stderr: "",
    });
  });
});

describe("kiket-gen jobs", () => {
  it.each([
    [[], "expected list, retry or discard"],
    [["lst"], 'expected list, retry or discard, not "lst"'],
    [["list", "job-1"], 'list takes no id, got "job-1"'],
    [["list", "--state", "failed"], '--state takes running, waiting, delayed, dead, done or all, not "failed"'],
    [["list", "--limit", "0"], '--limit takes a number of jobs from 1, not "0"'],
    [["list", "--dead"], "--dead cannot be used with list"],
    [["retry"], "expected ids of jobs, or --dead to retry all dead jobs"],
    [["retry", "--state", "dead"], "--state cannot be used with retry"],
    [["discard", "--dead", "job-1"], "--dead means all dead jobs, so it cannot be used with ids"],
    [["discard", "job-1", "--event", "a"], "--event can only be used with --dead or with list"],
    [["list", "--prefx", "x"], "unknown option --prefx; did you mean --prefix?"],
  ])("refuses %j before it connects", async (args, message) => {
    await expect(run(args)).rejects.toThrow(
      expect.objectContaining({ name: "UsageError", message: expect.stringContaining(message) }),
    );
    expect(calls).toEqual([]);
  });

  it("knows the states of the runtime", () => {
    expect(listedStates).toEqual(jobStates);
  });

  it("passes on where Redis is", async () => {
    const seen: unknown[] = [];
    const environment = { REDIS_URL: "redis://:secret@there" };
    const open = async (options: unknown) => {
      seen.push(options);
      return listing;
    };
    const command = { run: (args: readonly string[], io: Io) => workOnJobs(args, io, open) };
    await runCommand(command, ["list"], undefined, { environment });
    await runCommand(command, ["list", "--url", "rediss://here", "--prefix", "mine"], undefined, { environment });
    expect(seen).toEqual([{ env: environment }, { env: environment, url: "rediss://here", prefix: "mine" }]);
  });

  it("says what is wrong in a line, and throws a defect", async () => {
    const failing = (error: unknown) => ({
      run: (args: readonly string[], io: Io) => workOnJobs(args, io, () => Promise.reject(error)),
    });
    expect(await runCommand(failing(new ConfigError("no address")), ["list"])).toMatchObject({
      code: 1,
      stderr: "kiket-gen: no address\n",
    });
    expect((await runCommand(failing(new KiketError("gone")), ["list"])).code).toBe(1);
    await expect(runCommand(failing(new TypeError("a defect")), ["list"])).rejects.toThrow("a defect");
  });
});
