import { describe, expect, test } from "vitest";
import { check, type Findings, historyOf } from "./check.js";
import { type History, type Run, readLines, type SentRequest } from "./history.js";

const clean: Findings = {
  lost: [],
  ranAgain: [],
  changed: [],
  unexplained: [],
  interrupted: { "handler-failed": 0, "process-killed": 0, "redis-away": 0 },
};

function sent(at: number, status: number | undefined, more: Partial<SentRequest> = {}): SentRequest {
  return { delivery: "d", chain: 1, to: "a-1", sentAt: at, endedAt: at + 50, status, body: '{"run":1}', ...more };
}

/** A run from `at`, of ten milliseconds. */
function ran(at: number, more: Partial<Run> = {}): Run {
  const ending = { what: "finished", at: at + 10, verdict: '{"run":1}' } as const;
  return { delivery: "d", run: `${at}`, by: "a-1", startedAt: at, ending, ...more };
}

function history(more: Partial<History>, isDeferred = false): History {
  const deliveries = new Map([["d", { isDeferred }]]);
  return { deliveries, requests: [], runs: [], stored: [], troubles: [], ...more };
}

const failed = (at: number) => ({ what: "failed", at, verdict: "" }) as const;
const killed = (launch: string, from: number, to: number = from) => ({ what: "killed", launch, from, to }) as const;

describe("a delivery that is answered by its handler", () => {
  test("is fine if it ran once and every answer is its verdict", () => {
    const requests = [sent(0, 200), sent(0, 503, { chain: 2, body: "busy" }), sent(500, 200, { chain: 2 })];
    expect(check(history({ requests, runs: [ran(5)] }))).toEqual(clean);
  });

  test("is lost without a request, without a final answer, or if one of its chains has none", () => {
    expect(check(history({})).lost).toEqual(["d"]);
    expect(check(history({ requests: [sent(0, undefined), sent(100, 503)], runs: [ran(5)] })).lost).toEqual(["d"]);
    expect(check(history({ requests: [sent(0, 401)], runs: [ran(5)] })).lost).toEqual(["d"]);
    const requests = [sent(0, 200), sent(200, 503, { chain: 2 })];
    expect(check(history({ requests, runs: [ran(5)] })).lost).toEqual(["d"]);
  });

  test("has changed if two answers differ, or if an answer comes from no finished run", () => {
    const two = [sent(0, 200), sent(200, 200, { chain: 2, body: '{"run":2}' })];
    const other = { what: "finished", at: 20, verdict: '{"run":2}' } as const;
    const runs = [ran(5), ran(6, { run: "6b", ending: other })];
    expect(check(history({ requests: two, runs })).changed).toEqual(["d"]);
    expect(check(history({ requests: [sent(0, 200, { body: "{}" })], runs: [ran(5)] })).changed).toEqual(["d"]);
  });

  test("has run again if a run starts after an answer, whatever was killed", () => {
    const requests = [sent(0, 200), sent(90, 200, { chain: 2 })];
    const runs = [ran(5), ran(95)];
    expect(check(history({ requests, runs, troubles: [killed("a-1", 60)] }))).toEqual({
      ...clean,
      ranAgain: ["d"],
      interrupted: { ...clean.interrupted, "process-killed": 1 },
    });
  });

  test("has run again if a run starts after its verdict was stored, though nobody got it", () => {
    const requests = [sent(0, undefined), sent(90, 200)];
    const stored = [{ delivery: "d", at: 20 }];
    const troubles = [killed("a-1", 22)];
    expect(check(history({ requests, stored, troubles, runs: [ran(5), ran(95)] })).ranAgain).toEqual(["d"]);
    expect(check(history({ requests, stored: [], troubles, runs: [ran(5), ran(95)] })).ranAgain).toEqual([]);
  });

  test("may run again after a failure, a kill of its process, or while Redis was away; each is counted", () => {
    const requests = [sent(0, 500), sent(200, undefined), sent(400, 503), sent(600, 200)];
    const runs = [
      ran(5, { ending: failed(10) }),
      ran(205, { by: "b-1", ending: undefined }),
      ran(405, { by: "a-1" }),
      ran(605, { by: "a-1" }),
    ];
    const troubles = [killed("b-1", 210), { what: "redis-away", from: 408, to: 590 } as const];
    expect(check(history({ requests, runs, troubles }))).toEqual({
      ...clean,
      interrupted: { "handler-failed": 1, "process-killed": 1, "redis-away": 1 },
    });
  });

  test("is unexplained if it runs twice at once, or if another process was killed", () => {
    const requests = [sent(0, 200)];
    const runs = [ran(5), ran(7, { by: "b-1" })];
    expect(check(history({ requests, runs })).unexplained).toEqual(["d"]);
    expect(check(history({ requests, runs, troubles: [killed("b-1", 6)] })).unexplained).toEqual(["d"]);
    expect(check(history({ requests, runs, troubles: [killed("a-1", 6)] })).unexplained).toEqual([]);
    // A kill before the run, or after the second one has started, explains nothing.
    expect(check(history({ requests, runs, troubles: [killed("a-1", 4)] })).unexplained).toEqual(["d"]);
    expect(check(history({ requests, runs, troubles: [killed("a-1", 8)] })).unexplained).toEqual(["d"]);
    // A run that begins after the signal, and before the process has ended.
    expect(check(history({ requests, runs, troubles: [killed("a-1", 4, 6)] })).unexplained).toEqual([]);
  });

  test("is unexplained if one of several earlier runs was not interrupted", () => {
    const runs = [ran(5), ran(20, { ending: failed(25) }), ran(30)];
    expect(check(history({ requests: [sent(0, 200)], runs })).unexplained).toEqual(["d"]);
  });
});

describe("a delivery that is deferred", () => {
  const requests = [sent(0, 200, { body: '{"ok":true}' })];

  test("is fine if it runs after its answer, whose body is not that of the run", () => {
    expect(check(history({ requests, runs: [ran(900)] }, true))).toEqual(clean);
  });

  test("is lost if no run has finished", () => {
    const runs = [ran(900, { ending: undefined }), ran(1_900, { ending: failed(1_910) })];
    expect(check(history({ requests, runs: [] }, true)).lost).toEqual(["d"]);
    expect(check(history({ requests, runs, troubles: [killed("a-1", 905)] }, true)).lost).toEqual(["d"]);
  });

  test("has run again if its worker and Redis lived on for some seconds after it finished", () => {
    const runs = [ran(900), ran(9_000)];
    expect(check(history({ requests, runs }, true)).ranAgain).toEqual(["d"]);
    expect(check(history({ requests, runs, troubles: [killed("a-1", 8_000)] }, true))).toMatchObject({
      ranAgain: ["d"],
      unexplained: [],
    });
  });

  test("is an interrupted one if its worker or Redis failed right after it finished", () => {
    const runs = [ran(900), ran(9_000)];
    expect(check(history({ requests, runs, troubles: [killed("a-1", 911)] }, true))).toEqual({
      ...clean,
      interrupted: { ...clean.interrupted, "process-killed": 1 },
    });
    const troubles = [{ what: "redis-away", from: 600, to: 950 } as const];
    expect(check(history({ requests, runs, troubles }, true)).interrupted["redis-away"]).toBe(1);
  });

  test("has changed if two answers differ", () => {
    const two = [...requests, sent(300, 200, { chain: 2, body: "{}" })];
    expect(check(history({ requests: two, runs: [ran(900)] }, true)).changed).toEqual(["d"]);
  });
});

test("the lines of the programs become runs, and a line without its end is none", () => {
  const first = [
    '{"what":"started","delivery":"d","run":"r1","by":"a-1","at":1}',
    '{"what":"finished","delivery":"d","run":"r1","at":2,"verdict":"{}"}',
    '{"what":"stored","delivery":"d","at":3}',
    '{"what":"started","delivery":"e","run":"r2","by":"a-1","at":4}\n{"what":"fini',
  ].join("\n");
  const second =
    '{"what":"started","delivery":"f","run":"r3","by":"b-1","at":5}\n{"what":"failed","delivery":"f","run":"r3","at":6}\n';
  expect(readLines([first, second])).toEqual({
    runs: [
      { delivery: "d", run: "r1", by: "a-1", startedAt: 1, ending: { what: "finished", at: 2, verdict: "{}" } },
      { delivery: "e", run: "r2", by: "a-1", startedAt: 4, ending: undefined },
      { delivery: "f", run: "r3", by: "b-1", startedAt: 5, ending: { what: "failed", at: 6, verdict: "" } },
    ],
    stored: [{ delivery: "d", at: 3 }],
  });
});

test("the history of a delivery is told in order, with the troubles that may concern it", () => {
  const told = historyOf(
    "d",
    history({
      requests: [sent(0, 200), sent(0, 200, { delivery: "other", to: "c-1" })],
      runs: [ran(5)],
      stored: [{ delivery: "d", at: 20 }],
      troubles: [killed("a-1", 60), killed("c-1", 61), { what: "redis-away", from: 17, to: 18 }],
    }),
  );
  expect(told.split("\n")).toEqual([
    "00:00:00.000 chain 1 sent to a-1",
    "00:00:00.005 run 5 started in a-1",
    '00:00:00.015 run 5 finished {"run":1}',
    "00:00:00.017 Redis is away",
    "00:00:00.018 Redis is back",
    "00:00:00.020 verdict stored",
    '00:00:00.050 chain 1 got 200 {"run":1}',
    "00:00:00.060 a-1 killed",
  ]);
});
