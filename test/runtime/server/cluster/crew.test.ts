import { beforeEach, expect, test } from "vitest";
import { createCrew, type MemberEvents } from "../../../../runtime/server/cluster/crew.js";
import { readinessOf } from "../../../../runtime/server/cluster/member.js";
import { createTestLogger } from "../../../support/deliveries.js";

interface FakeProcess extends MemberEvents {
  readonly number: number;
  /** Orders and signals that it got. */
  readonly got: string[];
  listens(): void;
}

let processes: FakeProcess[];
let waits: { readonly milliseconds: number; readonly end: () => void }[];
let time: number;
let logger: ReturnType<typeof createTestLogger>;

beforeEach(() => {
  processes = [];
  waits = [];
  time = 0;
  logger = createTestLogger();
});

/** A crew of processes that do nothing but note what they get. */
function crewOf(wanted: number, { endWithin = 60_000, startWithin = 60_000 } = {}) {
  return createCrew({
    wanted,
    endWithin,
    startWithin,
    log: logger,
    now: () => time,
    sleep: (milliseconds, signal) =>
      new Promise((resolve) => {
        waits.push({ milliseconds, end: resolve });
        signal.addEventListener("abort", () => resolve());
      }),
    start(number, events) {
      const got: string[] = [];
      const listens = () => events.report({ type: "listening", url: "http://x", handlers: 1 });
      processes.push({ number, got, listens, ...events });
      return {
        tell: (order) => got.push(order.type === "count" ? `${order.ready} of ${order.wanted}` : order.type),
        kill: (signal) => got.push(signal),
      };
    },
  });
}

const turn = () => new Promise((resolve) => setImmediate(resolve));
const of = (number: number): FakeProcess => {
  const found = processes[number - 1];
  if (found === undefined) throw new Error(`There is no process ${number}`);
  return found;
};
const messages = () => logger.lines.map(({ message }) => message);

/** A crew whose processes all listen. */
async function runningCrew(wanted: number, times?: { endWithin?: number; startWithin?: number }) {
  const crew = crewOf(wanted, times);
  const opened = crew.open();
  of(1).listens();
  await opened;
  const completed = crew.complete();
  for (const { number, listens } of processes) if (number > 1) listens();
  expect(await completed).toBe(true);
  return crew;
}

test("the others are started when the first one listens, and each is told how many there are", async () => {
  const crew = crewOf(3);
  const opened = crew.open();
  expect(processes).toHaveLength(1);
  of(1).listens();
  expect(await opened).toEqual({ type: "listening", url: "http://x", handlers: 1 });
  void crew.complete();
  expect(processes).toHaveLength(3);
  of(2).listens();
  of(3).listens();
  expect(of(1).got).toEqual(["1 of 3", "2 of 3", "3 of 3"]);
  expect(of(3).got).toEqual(["3 of 3"]);
});

test("why the first one does not start is the result, and nothing else is started", async () => {
  const crew = crewOf(3);
  const opened = crew.open();
  of(1).report({ type: "failed", message: "Set X.", code: "EADDRINUSE" });
  of(1).ended({ status: 1, signal: null });
  expect(await opened).toEqual({ end: { status: 1, signal: null }, message: "Set X.", code: "EADDRINUSE" });
  expect([processes.length, waits.length, logger.lines]).toEqual([1, 0, []]);
});

test("a process that ends is started again after a wait, which grows until one runs for a minute", async () => {
  await runningCrew(2);
  const crash = async (number: number) => {
    of(number).ended({ status: null, signal: "SIGSEGV" });
    waits.at(-1)?.end();
    await turn();
    of(number + 1).listens();
  };
  await crash(2);
  await crash(3);
  time += 59_999;
  await crash(4);
  time += 60_000;
  await crash(5);
  expect(waits.map(({ milliseconds }) => milliseconds)).toEqual([200, 400, 800, 100]);
  expect(logger.lines[0]).toMatchObject({
    level: "error",
    message: "A process has ended unexpectedly; another one is started",
    fields: { process: 2, signal: "SIGSEGV", waitMs: 200 },
  });
  expect(of(1).got.slice(-2)).toEqual(["1 of 2", "2 of 2"]);
});

test("one that fails to start later is started again too, with its reason in the line", async () => {
  const crew = crewOf(2);
  void crew.open();
  of(1).listens();
  const completed = crew.complete();
  await turn();
  of(2).report({ type: "failed", message: "No database." });
  of(2).ended({ status: 1, signal: null });
  expect(await completed).toBe(true);
  expect(logger.lines[0]).toMatchObject({
    message: "A process has ended before it listened; another one is started",
    fields: { process: 2, status: 1, reason: "No database.", waitMs: 200 },
  });
  waits[0]?.end();
  await turn();
  expect(processes).toHaveLength(3);
});

test("a rolling restart starts one, then ends one, and so on", async () => {
  const crew = await runningCrew(2);
  crew.restart();
  await turn();
  expect(processes).toHaveLength(3);
  expect(of(1).got).not.toContain("hand-over");
  of(3).listens();
  await turn();
  expect(of(1).got.at(-1)).toBe("hand-over");
  expect(processes).toHaveLength(3);
  of(1).ended({ status: 0, signal: null });
  await turn();
  expect(processes).toHaveLength(4);
  of(4).listens();
  await turn();
  of(2).ended({ status: 0, signal: null });
  await turn();
  expect(messages()).toEqual([
    "A rolling restart begins: processes are replaced one after the other",
    "The rolling restart is done",
  ]);
  expect([processes.length, waits.length]).toEqual([4, 0]);
});

test("a new process that does not listen in time is killed, and the old ones stay", async () => {
  const crew = await runningCrew(2, { startWithin: 5 });
  crew.restart();
  await expect.poll(() => of(3).got).toEqual(["SIGKILL"]);
  of(3).ended({ status: null, signal: "SIGKILL" });
  await turn();
  expect(logger.lines.at(-1)).toMatchObject({
    level: "error",
    message: "The rolling restart has stopped, because a new process does not start; the others serve on",
    fields: { process: 3, reason: "It did not listen within 5 ms." },
  });
  expect([processes.length, waits.length]).toEqual([3, 0]);
  expect([...of(1).got, ...of(2).got]).not.toContain("hand-over");
});

test("an old process that crashes while its successor starts is not started again: the successor is there", async () => {
  const crew = await runningCrew(1);
  crew.restart();
  await turn();
  of(1).ended({ status: 1, signal: null });
  of(2).listens();
  await turn();
  expect([processes.length, waits.length]).toEqual([2, 0]);
  expect(messages().at(-1)).toBe("The rolling restart is done");
});

test("if the successor fails then, one is started after all", async () => {
  const crew = await runningCrew(1);
  crew.restart();
  await turn();
  of(1).ended({ status: 1, signal: null });
  of(2).ended({ status: 1, signal: null });
  await turn();
  waits[0]?.end();
  await turn();
  expect(processes).toHaveLength(3);
});

test("one that crashes while a successor starts is replaced once there is none too many", async () => {
  await runningCrew(2).then((crew) => crew.restart());
  await turn();
  of(2).ended({ status: null, signal: "SIGKILL" });
  of(3).listens();
  await turn();
  expect(of(1).got.at(-1)).toBe("hand-over");
  waits[0]?.end();
  await turn();
  expect(processes).toHaveLength(4);
  of(4).listens();
  expect(of(3).got.at(-1)).toBe("2 of 2");
});

test("a process that starts when a restart is asked for is replaced too: it may have the old code", async () => {
  const crew = crewOf(2);
  const opened = crew.open();
  of(1).listens();
  await opened;
  void crew.complete();
  crew.restart();
  await turn();
  of(3).listens();
  await turn();
  of(1).ended({ status: 0, signal: null });
  of(2).listens();
  await turn();
  expect(processes).toHaveLength(4);
  of(4).listens();
  await turn();
  expect(of(2).got.at(-1)).toBe("hand-over");
});

test("a restart that is asked for before the first process listens follows the start", async () => {
  const crew = crewOf(1);
  const opened = crew.open();
  crew.restart();
  of(1).listens();
  await opened;
  expect(processes).toHaveLength(1);
  await crew.complete();
  await turn();
  expect(processes).toHaveLength(2);
});

test("one that does not listen in time is killed and started again", async () => {
  const crew = crewOf(2, { startWithin: 5 });
  void crew.open();
  of(1).listens();
  const completed = crew.complete();
  await expect.poll(() => of(2).got).toEqual(["SIGKILL"]);
  expect(logger.lines.at(-1)).toMatchObject({
    level: "error",
    message: "A process does not start and was killed",
    fields: { process: 2, reason: "It did not listen within 5 ms." },
  });
  of(2).ended({ status: null, signal: "SIGKILL" });
  expect(await completed).toBe(true);
  waits[0]?.end();
  await turn();
  expect(processes).toHaveLength(3);
});

test("restarts that are asked for during one become one more", async () => {
  const crew = await runningCrew(1);
  for (let count = 0; count < 3; count += 1) crew.restart();
  for (const number of [1, 2]) {
    await turn();
    of(number + 1).listens();
    await turn();
    of(number).ended({ status: 0, signal: null });
  }
  await turn();
  expect(messages().filter((message) => message === "The rolling restart is done")).toHaveLength(2);
  expect(processes).toHaveLength(3);
});

test("one that somebody else tells to stop is replaced", async () => {
  await runningCrew(2);
  of(2).report({ type: "leaving" });
  expect(of(1).got.at(-1)).toBe("1 of 2");
  of(2).ended({ status: 0, signal: null });
  expect(waits.map(({ milliseconds }) => milliseconds)).toEqual([100]);
  expect(messages()).toEqual(["A process was told to stop; another one takes its place"]);
});

test("closing ends all, starts none again, and tells whether all was finished", async () => {
  for (const [status, isWhole] of [
    [0, true],
    [1, false],
  ] as const) {
    processes = [];
    const crew = await runningCrew(2);
    of(2).ended({ status: 7, signal: null });
    const started = waits.length;
    const closed = crew.close();
    crew.restart();
    expect(of(1).got.at(-1)).toBe("close");
    of(1).ended({ status, signal: null });
    expect(await closed).toBe(isWhole);
    await turn();
    expect([processes.length, waits.length]).toEqual([2, started]);
  }
});

test("a process that does not end is killed, and one that only starts is not waited for", async () => {
  const crew = await runningCrew(1, { endWithin: 5 });
  crew.restart();
  await turn();
  const closed = crew.close();
  expect(of(2).got).toEqual(["SIGTERM"]);
  of(2).ended({ status: null, signal: "SIGTERM" });
  await expect.poll(() => of(1).got.at(-1)).toBe("SIGKILL");
  of(1).ended({ status: null, signal: "SIGKILL" });
  expect(await closed).toBe(false);
  expect(messages()).toContain("A process did not end in time and was killed");
});

test("one that was killed in a rolling restart does not change how all end later", async () => {
  const crew = await runningCrew(1, { endWithin: 5 });
  crew.restart();
  await turn();
  of(2).listens();
  await expect.poll(() => of(1).got.at(-1)).toBe("SIGKILL");
  of(1).ended({ status: null, signal: "SIGKILL" });
  await turn();
  const closed = crew.close();
  of(2).ended({ status: 0, signal: null });
  expect(await closed).toBe(true);
});

test("killing all kills all, and nothing is started again", async () => {
  const crew = await runningCrew(2);
  crew.killAll();
  of(1).ended({ status: null, signal: "SIGKILL" });
  expect([of(1).got.at(-1), of(2).got.at(-1), waits.length]).toEqual(["SIGKILL", "SIGKILL", 0]);
});

test.each([
  [4, 4, 200],
  [4, 2, 200],
  [4, 1, 503],
  [1, 1, 200],
  [1, 0, 503],
  [3, 1, 503],
  [3, 2, 200],
])("of %d wanted %d serve: /ready answers %d", (wanted, ready, status) => {
  const told = readinessOf({ wanted, ready });
  expect([told.status, JSON.parse(told.body)]).toEqual([
    status,
    { status: status === 200 ? "ready" : "not ready", processes: { wanted, ready } },
  ]);
});
