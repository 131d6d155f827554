import { describe, expect, test, vi } from "vitest";
import {
  createRecordQueue,
  mostQueued,
  PermanentFailure,
  type Queue,
  type QueueParts,
} from "../../../runtime/telemetry/queue.js";

interface Recorded {
  readonly queue: Queue<number>;
  readonly sent: number[];
  readonly pauses: number[];
  readonly losses: string[];
}

function createRecorded(send: QueueParts<number>["send"], over: Partial<QueueParts<number>> = {}): Recorded {
  const sent: number[] = [];
  const pauses: number[] = [];
  const losses: string[] = [];
  const queue = createRecordQueue<number>({
    send: async (item, signal) => {
      await send(item, signal);
      sent.push(item);
    },
    sleep: async (milliseconds) => {
      pauses.push(milliseconds);
    },
    random: () => 0,
    onLoss: (reason) => losses.push(reason),
    ...over,
  });
  return { queue, sent, pauses, losses };
}

const fails = (): Promise<void> => Promise.reject(new Error("down"));
const never = (): Promise<void> => new Promise(() => undefined);

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 1));
}

describe("attempts", () => {
  test("four attempts, with pauses that double", async () => {
    let tries = 0;
    const { queue, losses, pauses } = createRecorded(() => {
      tries += 1;
      return fails();
    });
    queue.push(1);
    await until(() => losses.length > 0);
    expect([tries, pauses, losses]).toEqual([4, [500, 1_000, 2_000], ["not-delivered"]]);
  });

  test("pauses are partly random", async () => {
    const { queue, losses, pauses } = createRecorded(fails, { random: () => 0.5 });
    queue.push(1);
    await until(() => losses.length > 0);
    expect(pauses).toEqual([750, 1_500, 3_000]);
  });

  test("one attempt after a permanent failure", async () => {
    let tries = 0;
    const { queue, losses } = createRecorded(() => {
      tries += 1;
      return Promise.reject(new PermanentFailure("400"));
    });
    queue.push(1);
    await queue.flush(1_000);
    expect([tries, losses]).toEqual([1, ["not-delivered"]]);
  });

  test("a loss is reported once, until an item is sent again", async () => {
    let isDown = true;
    const { queue, sent, losses } = createRecorded(() => (isDown ? fails() : Promise.resolve()));
    for (const item of [1, 2, 3]) queue.push(item);
    await queue.flush(1_000);
    expect(losses).toEqual(["not-delivered"]);
    isDown = false;
    queue.push(4);
    await queue.flush(1_000);
    isDown = true;
    queue.push(5);
    await queue.flush(1_000);
    expect([sent, losses]).toEqual([[4], ["not-delivered", "not-delivered"]]);
  });
});

describe("the queue", () => {
  test("sends everything in the order of arrival, four at a time", async () => {
    let atOnce = 0;
    let most = 0;
    const { queue, sent } = createRecorded(async () => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await new Promise((resolve) => setTimeout(resolve, 0));
      atOnce -= 1;
    });
    const items = Array.from({ length: 100 }, (_, index) => index);
    for (const item of items) queue.push(item);
    await queue.close(60_000);
    expect(sent).toEqual(items);
    expect(most).toBe(4);
  });

  test("drops the oldest items when it is full, and reports it once", async () => {
    const started: number[] = [];
    const { queue, losses } = createRecorded((item) => {
      started.push(item);
      return never();
    });
    for (let item = 0; item < 4; item += 1) queue.push(item);
    await until(() => started.length === 4);
    for (let item = 4; item < mostQueued + 14; item += 1) queue.push(item);
    expect(losses).toEqual(["queue-full"]);
    const { queue: reading, sent } = createRecorded(() => Promise.resolve());
    for (let item = 0; item < mostQueued + 10; item += 1) reading.push(item);
    await reading.flush(5_000);
    expect([sent.length, sent[0], sent.at(-1)]).toEqual([mostQueued, 10, mostQueued + 9]);
  });

  test("tells of each item that is lost, and why", async () => {
    const drops: [string, number][] = [];
    const onDrop = (reason: string, items: number) => void drops.push([reason, items]);
    const { queue: full } = createRecorded(never, { onDrop });
    for (let item = 0; item < mostQueued + 2; item += 1) full.push(item);
    expect(drops).toEqual([
      ["queue-full", 1],
      ["queue-full", 1],
    ]);
    drops.length = 0;
    const { queue: refused } = createRecorded(fails, { onDrop });
    refused.push(1);
    refused.push(2);
    await until(() => drops.length === 2);
    expect(drops).toEqual([
      ["not-delivered", 1],
      ["not-delivered", 1],
    ]);
  });

  test("sends an item that is pushed while the last one is being sent", async () => {
    const { queue, sent } = createRecorded(async (item) => {
      if (item < 200) queueMicrotask(() => queue.push(item + 1));
    });
    queue.push(0);
    await until(() => sent.length === 201);
    expect(sent.at(-1)).toBe(200);
  });
});

describe("flush", () => {
  test("drops no item of another request, and sends later what is left", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      let release = (): void => undefined;
      const signals: AbortSignal[] = [];
      const { queue, sent, losses } = createRecorded((_item, signal) => {
        signals.push(signal);
        return new Promise((resolve, reject) => {
          release = resolve;
          signal.addEventListener("abort", () => reject(signal.reason));
        });
      });
      const flushes: Promise<void>[] = [];
      for (let item = 0; item < 3; item += 1) {
        queue.push(item);
        flushes.push(queue.flush(3_000));
        await vi.advanceTimersByTimeAsync(1_000);
      }
      expect(signals.map(({ aborted }) => aborted)).toEqual([true, false, false]);
      release();
      await vi.advanceTimersByTimeAsync(2_000);
      await Promise.all(flushes);
      expect([sent, losses]).toEqual([[2], []]);
      const last = queue.flush(3_000);
      for (let item = 0; item < 2; item += 1) {
        await vi.advanceTimersByTimeAsync(1);
        release();
      }
      await last;
      expect([sent, losses]).toEqual([[2, 0, 1], []]);
    } finally {
      vi.useRealTimers();
    }
  });

  test("tries one item four times in total, even if every flush is too short", async () => {
    let tries = 0;
    const { queue, losses } = createRecorded(() => {
      tries += 1;
      return never();
    });
    queue.push(1);
    for (let index = 0; index < 6; index += 1) await queue.flush(1);
    expect([tries, losses]).toEqual([4, ["not-delivered"]]);
  });

  test("after the first flush nothing is sent in the background any more", async () => {
    const { queue, sent } = createRecorded(() => Promise.resolve());
    await queue.flush(60_000);
    queue.push(1);
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(sent).toEqual([]);
    await queue.flush(60_000);
    expect(sent).toEqual([1]);
  });

  test("waits only once for sending that began before the first flush", async () => {
    let tries = 0;
    const { queue, sent, losses } = createRecorded(() => {
      tries += 1;
      return tries === 1 ? never() : Promise.resolve();
    });
    queue.push(1);
    await until(() => tries === 1);
    await queue.flush(1);
    queue.push(2);
    await queue.flush(2 ** 30);
    expect([sent, losses]).toEqual([[2], []]);
  });

  test("keeps the pauses between attempts", async () => {
    let tries = 0;
    const { queue, sent, pauses, losses } = createRecorded(() => {
      tries += 1;
      return tries < 4 ? fails() : Promise.resolve();
    });
    queue.push(1);
    await queue.flush(60_000);
    expect([sent, pauses, losses]).toEqual([[1], [500, 1_000, 2_000], []]);
  });

  test("does not wait if the queue is empty", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    try {
      const { queue } = createRecorded(() => Promise.resolve());
      await queue.flush(60_000);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test("items pushed later are sent again", async () => {
    const { queue, sent } = createRecorded(() => Promise.resolve());
    queue.push(1);
    await queue.flush(1_000);
    queue.push(2);
    await queue.flush(1_000);
    expect(sent).toEqual([1, 2]);
  });
});

describe("close", () => {
  test("skips the pause and tries once more", async () => {
    let tries = 0;
    const { queue, losses } = createRecorded(
      () => {
        tries += 1;
        return fails();
      },
      {
        sleep: (_milliseconds, signal) =>
          new Promise((resolve) => {
            if (signal.aborted) resolve();
            signal.addEventListener("abort", () => resolve());
          }),
      },
    );
    queue.push(1);
    await until(() => tries === 1);
    await queue.close(60_000);
    expect([tries, losses]).toEqual([2, ["not-delivered"]]);
  });

  test("after the given time, aborts what is being sent and drops the rest", async () => {
    const signals: AbortSignal[] = [];
    const { queue, losses } = createRecorded((_item, signal) => {
      signals.push(signal);
      return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    });
    for (let item = 0; item < 10; item += 1) queue.push(item);
    await queue.close(10);
    expect(losses).toEqual(["closed"]);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true, true]);
    queue.push(10);
    await queue.flush(60_000);
    expect(signals).toHaveLength(4);
  });

  test("sends what flushes have left", async () => {
    let isSlow = true;
    const { queue, sent, losses } = createRecorded(() => (isSlow ? never() : Promise.resolve()));
    for (let item = 0; item < 6; item += 1) queue.push(item);
    await queue.flush(1);
    isSlow = false;
    await queue.close(60_000);
    expect([sent, losses]).toEqual([[0, 1, 2, 3, 4, 5], []]);
  });

  test("if everything was sent in time, items that are pushed later are sent", async () => {
    const { queue, sent, losses } = createRecorded(() => Promise.resolve());
    queue.push(1);
    await queue.close(60_000);
    queue.push(2);
    await queue.flush(60_000);
    expect([sent, losses]).toEqual([[1, 2], []]);
  });
});
