import { describe, expect, test } from "vitest";
import { createQueue, Final, mostQueued, type Queue, type QueueParts } from "../../runtime/telemetry-queue.js";

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
  const queue = createQueue<number>({
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
  test("four, with pauses that double", async () => {
    let tries = 0;
    const { queue, losses, pauses } = createRecorded(() => {
      tries += 1;
      return fails();
    });
    queue.push(1);
    await until(() => losses.length > 0);
    expect([tries, pauses, losses]).toEqual([4, [500, 1_000, 2_000], ["not delivered"]]);
  });

  test("pauses are spread by chance", async () => {
    const { queue, losses, pauses } = createRecorded(fails, { random: () => 0.5 });
    queue.push(1);
    await until(() => losses.length > 0);
    expect(pauses).toEqual([750, 1_500, 3_000]);
  });

  test("one where a further one would fail the same way", async () => {
    let tries = 0;
    const { queue, losses } = createRecorded(() => {
      tries += 1;
      return Promise.reject(new Final("400"));
    });
    queue.push(1);
    await queue.flush(1_000);
    expect([tries, losses]).toEqual([1, ["not delivered"]]);
  });

  test("a loss is told once, until an item arrives again", async () => {
    let isDown = true;
    const { queue, sent, losses } = createRecorded(() => (isDown ? fails() : Promise.resolve()));
    for (const item of [1, 2, 3]) queue.push(item);
    await queue.flush(1_000);
    expect(losses).toEqual(["not delivered"]);
    isDown = false;
    queue.push(4);
    await queue.flush(1_000);
    isDown = true;
    queue.push(5);
    await queue.flush(1_000);
    expect([sent, losses]).toEqual([[4], ["not delivered", "not delivered"]]);
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
    await queue.flush(1_000);
    expect(sent).toEqual(items);
    expect(most).toBe(4);
  });

  test("drops the oldest past its bound, with one word about it", async () => {
    const started: number[] = [];
    const { queue, losses } = createRecorded((item) => {
      started.push(item);
      return never();
    });
    for (let item = 0; item < 4; item += 1) queue.push(item);
    await until(() => started.length === 4);
    for (let item = 4; item < mostQueued + 14; item += 1) queue.push(item);
    expect(losses).toEqual(["queue full"]);
    const { queue: reading, sent } = createRecorded(() => Promise.resolve());
    for (let item = 0; item < mostQueued + 10; item += 1) reading.push(item);
    await reading.flush(5_000);
    expect([sent.length, sent[0], sent.at(-1)]).toEqual([mostQueued, 10, mostQueued + 9]);
  });

  test("an item that comes while the last one is being sent is not forgotten", async () => {
    const { queue, sent } = createRecorded(async (item) => {
      if (item < 200) queueMicrotask(() => queue.push(item + 1));
    });
    queue.push(0);
    await until(() => sent.length === 201);
    expect(sent.at(-1)).toBe(200);
  });
});

describe("flush", () => {
  test("does not wait for a pause, and tries once more", async () => {
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
    await queue.flush(60_000);
    expect([tries, losses]).toEqual([2, ["not delivered"]]);
  });

  test("gives up after the time given, aborts what is under way, and leaves nothing behind", async () => {
    const signals: AbortSignal[] = [];
    const { queue, losses } = createRecorded((_item, signal) => {
      signals.push(signal);
      return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    });
    for (let item = 0; item < 10; item += 1) queue.push(item);
    await queue.flush(10);
    expect(losses).toEqual(["closed"]);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true, true]);
    await queue.flush(60_000);
    expect(signals).toHaveLength(4);
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
