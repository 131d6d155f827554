import { expect, it } from "vitest";
import { type Ran, type Surroundings, watch } from "../../../../generator/commands/generate/watch.js";
import type { Trace } from "../../../../generator/project/trace.js";

const trace: Trace = { texts: { a: "A" }, exists: {}, lists: {} };
const done: Ran = { paths: ["a"], trace, problem: undefined };

interface Disk {
  marks?: (time: number) => string;
  missing?: (time: number) => readonly string[];
  isSame?: (time: number) => boolean;
  gitLock?: (time: number) => string | undefined;
}

/** When the runs of a watch began, in milliseconds, on a clock that only waiting moves. */
async function runsOf(disk: Disk, ran: Ran, end = 20_000): Promise<{ times: number[]; said: string[] }> {
  let time = 0;
  const times: number[] = [];
  const said: string[] = [];
  const around: Surroundings = {
    marks: () => {
      return { text: disk.marks?.(time) ?? "", missing: new Set(disk.missing?.(time)), isFresh: false };
    },
    isSame: async () => disk.isSame?.(time) ?? true,
    gitLock: () => disk.gitLock?.(time),
    now: () => time,
    pause: async (milliseconds) => {
      time += milliseconds;
    },
    hasEnded: () => time >= end,
    say: (line) => said.push(`${time} ${line}`),
  };
  await watch(async () => {
    times.push(time);
    return ran;
  }, around);
  return { times, said };
}

it("runs once if nothing changes", async () => {
  expect((await runsOf({}, done)).times).toEqual([0]);
});

it("waits until a change is whole", async () => {
  const marks = (time: number) => (time < 500 ? "one" : time < 700 ? `writing ${time}` : "two");
  const isSame = (time: number) => time < 500 || time > 1000;
  expect((await runsOf({ marks, isSame }, done, 1000)).times).toEqual([0, 750]);
});

it("reads a file that changes all the time", async () => {
  const disk = { marks: (time: number) => `${time}`, isSame: (time: number) => time < 500 };
  expect((await runsOf(disk, done, 3000)).times).toEqual([0, 2550]);
});

it("waits a second for a file that is gone, and does not run if it is back", async () => {
  const goneUntil = (end: number): Disk => {
    const isGone = (time: number) => time >= 500 && time < end;
    return {
      marks: (time) => `${isGone(time)}`,
      missing: (time) => (isGone(time) ? ["a"] : []),
      isSame: (time) => !isGone(time),
    };
  };
  expect((await runsOf(goneUntil(900), done)).times).toEqual([0]);
  expect((await runsOf(goneUntil(9000), done, 2000)).times).toEqual([0, 1500]);
});

it("waits for git as long as it works, and says so once", async () => {
  const gitLock = (time: number) => (time < 8000 ? ".git/index.lock" : undefined);
  const { times, said } = await runsOf(
    { marks: (time) => `${time >= 500}`, isSame: (time) => time < 500, gitLock },
    done,
    8200,
  );
  expect(times).toEqual([0, 8050]);
  expect(said).toEqual([
    "2550 waiting for git, because .git/index.lock exists; delete this file if no git command is running",
  ]);
});

it("tries a run that failed again, after a change or five seconds", async () => {
  const failed: Ran = { ...done, trace: undefined, problem: "the disk is full" };
  expect((await runsOf({}, failed, 12_000)).times).toEqual([0, 5250, 10_500]);
  expect((await runsOf({ marks: (time) => `${time >= 1000}` }, failed, 5000)).times).toEqual([0, 1050]);
});

it("does not run for ever if the disk never has what the runs wrote", async () => {
  expect((await runsOf({ isSame: () => false }, done)).times).toEqual([0, 300, 600, 900]);
});
