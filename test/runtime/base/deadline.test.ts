import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createDeadline, joinSignals, untilAborted } from "../../../runtime/base/deadline.js";
import { resolveConfig } from "../../../runtime/config/config.js";
import { createIngestionClient, type Fetch } from "../../../runtime/index.js";
import { createTelemetry } from "../../../runtime/telemetry/reporter.js";
import { createTestLogger } from "../../support/deliveries.js";

/** Counts the listeners of all abort signals from now on. */
function countListeners(): () => number {
  const listening = new Map<EventTarget, Set<unknown>>();
  const { addEventListener, removeEventListener } = EventTarget.prototype;
  vi.spyOn(EventTarget.prototype, "addEventListener").mockImplementation(function (this: EventTarget, ...given) {
    if (this instanceof AbortSignal) listening.set(this, (listening.get(this) ?? new Set()).add(given[1]));
    addEventListener.apply(this, given);
  });
  vi.spyOn(EventTarget.prototype, "removeEventListener").mockImplementation(function (this: EventTarget, ...given) {
    listening.get(this)?.delete(given[1]);
    removeEventListener.apply(this, given);
  });
  return () => [...listening.values()].reduce((sum, { size }) => sum + size, 0);
}

beforeEach(() => {
  // Node keeps each combined signal with its source signals, where no listener can be counted.
  for (const maker of ["any", "timeout"] as const) {
    vi.spyOn(AbortSignal, maker).mockImplementation(() => {
      throw new Error(`AbortSignal.${maker} was called`);
    });
  }
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("a deadline", () => {
  test("is over after the timeout", () => {
    const deadline = createDeadline(500, new AbortController().signal);
    vi.advanceTimersByTime(499);
    expect([deadline.signal.aborted, deadline.isOver()]).toEqual([false, false]);
    vi.advanceTimersByTime(1);
    expect([deadline.signal.aborted, deadline.isOver()]).toEqual([true, true]);
    expect(deadline.signal.reason).toMatchObject({ name: "TimeoutError" });
  });

  test("is aborted with the longer signal, for the same reason", () => {
    const controller = new AbortController();
    const deadline = createDeadline(500, controller.signal);
    controller.abort("the end");
    const late = createDeadline(500, controller.signal);
    for (const { signal, isOver } of [deadline, late]) {
      expect([signal.aborted, signal.reason, isOver()]).toEqual([true, "the end", false]);
    }
  });

  test("leaves no timer and no listener after it was cleared", () => {
    const listeners = countListeners();
    const controller = new AbortController();
    const deadline = createDeadline(500, controller.signal);
    expect([listeners(), vi.getTimerCount()]).toEqual([1, 1]);
    deadline.clear();
    expect([listeners(), vi.getTimerCount()]).toEqual([0, 0]);
    controller.abort();
    expect(deadline.signal.aborted).toBe(false);
  });
});

test("joined signals are aborted with the first of them, and leave no listener once they are released", () => {
  const listeners = countListeners();
  const [first, second] = [new AbortController(), new AbortController()];
  const joined = joinSignals([first.signal, second.signal]);
  const ended = joinSignals([first.signal, AbortSignal.abort("before")]);
  expect([joined.signal.aborted, ended.signal.reason]).toEqual([false, "before"]);
  second.abort("the end");
  first.abort("too late");
  expect(joined.signal.reason).toBe("the end");
  joined.release();
  ended.release();
  expect(listeners()).toBe(0);
});

test("a call that does not look at the signal is left when it is aborted, and not made afterwards", async () => {
  const listeners = countListeners();
  const control = new AbortController();
  expect(await untilAborted(async () => "answer", control.signal)).toBe("answer");
  expect(listeners()).toBe(0);
  const left = untilAborted(() => new Promise(() => undefined), control.signal);
  control.abort("the end");
  await expect(left).rejects.toBe("the end");
  expect(listeners()).toBe(0);
  let calls = 0;
  await expect(untilAborted(async () => ++calls, control.signal)).rejects.toBe("the end");
  expect(calls).toBe(0);
});

test("many at the same time share one listener of their signal, and all are aborted with it", () => {
  const listeners = countListeners();
  const controller = new AbortController();
  const deadlines = Array.from({ length: 20 }, () => createDeadline(500, controller.signal));
  expect(listeners()).toBe(1);
  for (const { clear } of deadlines.slice(0, 18)) clear();
  expect(listeners()).toBe(1);
  controller.abort();
  expect(deadlines.map(({ signal }) => signal.aborted)).toEqual([...Array(18).fill(false), true, true]);
  for (const { clear } of deadlines) clear();
  expect([listeners(), vi.getTimerCount()]).toEqual([0, 0]);
});

/** Succeeds and fails in turn, and calls back each time. */
function alternating(onCall: () => void, answer: () => Response): Fetch {
  let calls = 0;
  return async () => {
    onCall();
    calls += 1;
    if (calls % 2 === 0) throw new TypeError("fetch failed");
    return answer();
  };
}

/** Never answers, and reports why it was aborted. */
function silent(reasons: string[]): Fetch {
  return (_input, init) =>
    new Promise((_resolve, reject) => {
      init?.signal?.addEventListener("abort", () => {
        reasons.push(init.signal?.reason.name);
        reject(init.signal?.reason);
      });
    });
}

describe("calls of the ingestion client", () => {
  const connect = (fetch: Fetch, signal: AbortSignal) =>
    createIngestionClient({ apiKey: "key", organizationId: "org", fetch, signal, timeout: 500 });

  test("leave no listener on the client's signal, whether they succeed or fail", async () => {
    const listeners = countListeners();
    const atWork: number[] = [];
    const fetch = alternating(
      () => atWork.push(listeners()),
      () => Response.json({ data: [] }),
    );
    const client = connect(fetch, new AbortController().signal);
    for (let index = 0; index < 100; index += 1) await client.claimRawEvents().catch(() => undefined);
    // On the signals of the client, of the call, and of both.
    expect(atWork).toEqual(Array.from({ length: 100 }, () => 3));
    expect([listeners(), vi.getTimerCount()]).toEqual([0, 0]);
  });

  test("end with the signal, and with their own timeout", async () => {
    const reasons: string[] = [];
    const ending = new AbortController();
    const late = connect(silent(reasons), ending.signal).claimRawEvents();
    const failed = expect(late).rejects.toMatchObject({ name: "ApiConnectionError", reason: "timeout" });
    // The attempt, and with it its timeout, starts a moment later.
    await vi.advanceTimersByTimeAsync(0);
    await vi.advanceTimersByTimeAsync(500);
    await failed;
    const cut = connect(silent(reasons), ending.signal).claimRawEvents();
    await vi.advanceTimersByTimeAsync(0);
    ending.abort();
    await expect(cut).rejects.toMatchObject({ name: "ApiConnectionError", reason: "cancelled" });
    expect(reasons).toEqual(["TimeoutError", "AbortError"]);
  });
});

describe("posts of telemetry", () => {
  const ids = { deliveryId: "d-1", correlationId: "c-1" };
  const outcome = { event: "issue.created", version: "v1", ...ids, startedAt: 0, durationMs: 1, failure: undefined };
  const start = (fetch: Fetch) =>
    createTelemetry(
      resolveConfig({
        handlers: [],
        env: {},
        fetch,
        logger: createTestLogger(),
        telemetry: { url: "https://collector.test" },
      }),
      { sleep: () => Promise.resolve(), random: () => 0 },
    );

  test("leave no listener, whether they succeed or fail", async () => {
    const listeners = countListeners();
    const atWork: number[] = [];
    const fetch = alternating(
      () => atWork.push(listeners()),
      () => new Response(null, { status: 204 }),
    );
    const telemetry = start(fetch);
    for (let index = 0; index < 100; index += 1) {
      telemetry.report(outcome);
      await vi.advanceTimersByTimeAsync(0);
    }
    // Each one except the first fails once.
    expect(atWork).toEqual(Array.from({ length: 199 }, () => 1));
    expect([listeners(), vi.getTimerCount()]).toEqual([0, 0]);
  });

  test("end with their own timeout, and with the queue", async () => {
    const reasons: string[] = [];
    const telemetry = start(silent(reasons));
    telemetry.report(outcome);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(reasons).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(reasons).toEqual(["TimeoutError"]);
    const closed = telemetry.close();
    await vi.advanceTimersByTimeAsync(3_000);
    await closed;
    expect(reasons).toEqual(["TimeoutError", "AbortError"]);
  });
});
