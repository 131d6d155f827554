import { describe, expect, test } from "vitest";
import { createLineQueue } from "../../../runtime/logging/line-queue.js";

/** A pipe that takes up to `room` bytes, and a timer that the test runs. */
function open(room = Number.POSITIVE_INFINITY) {
  const writes: string[] = [];
  const scheduled: (() => void)[] = [];
  const pipe = { room, pauses: 0, onPause: (): void => undefined };
  const decoder = new TextDecoder();
  const queue = createLineQueue(
    {
      write(bytes) {
        const taken = Math.min(bytes.length, pipe.room);
        pipe.room -= taken;
        if (taken > 0) writes.push(decoder.decode(bytes.subarray(0, taken), { stream: true }));
        return taken;
      },
      schedule: (flush) => scheduled.push(flush),
      pause() {
        pipe.pauses += 1;
        pipe.onPause();
      },
    },
    (count) => `${count} left out`,
  );
  const tick = () => {
    for (const flush of scheduled.splice(0)) flush();
  };
  return { queue, writes, pipe, tick, scheduled };
}

describe("lines", () => {
  test("of one moment are one write", () => {
    const { queue, writes, tick, scheduled } = open();
    for (const line of ["a", "b", "c"]) queue.push(line);
    expect([writes, scheduled.length]).toEqual([[], 1]);
    tick();
    expect(writes).toEqual(["a\nb\nc\n"]);
    tick();
    expect(writes).toHaveLength(1);
  });

  test("are written whole, in groups that a pipe takes at once", () => {
    const { queue, writes, tick } = open();
    const lines = Array.from({ length: 100 }, (_, index) => `${index}${"x".repeat(200)}`);
    for (const line of lines) queue.push(line);
    queue.push("y".repeat(10_000));
    tick();
    for (const write of writes.slice(0, -1)) expect(write.length).toBeLessThanOrEqual(4_096);
    for (const write of writes) expect(write.endsWith("\n")).toBe(true);
    expect(writes.join("")).toBe(`${[...lines, "y".repeat(10_000)].join("\n")}\n`);
    expect(writes.length).toBeLessThan(10);
  });

  test("are grouped by their bytes, not by their characters", () => {
    const { queue, writes, tick } = open();
    const lines = Array.from({ length: 40 }, (_, index) => `${index}${"語".repeat(200)}`);
    for (const line of lines) queue.push(line);
    tick();
    expect(writes.filter((write) => Buffer.byteLength(write) > 4_096)).toEqual([]);
    expect(writes.join("")).toBe(`${lines.join("\n")}\n`);
  });

  test("that a full pipe does not take are written later, from where it stopped", () => {
    const { queue, writes, pipe, tick } = open(5);
    for (const line of ["äb", "cd", "ef"]) queue.push(line);
    tick();
    expect(writes.join("")).toBe("äb\nc");
    pipe.room = 1_000;
    queue.push("gh");
    tick();
    expect(writes.join("")).toBe("äb\ncd\nef\ngh\n");
  });

  test("are kept up to a limit, and the number of the others is told", () => {
    const { queue, writes, pipe, tick } = open(0);
    const line = "x".repeat(1024 * 1024);
    for (let index = 0; index < 20; index += 1) queue.push(line);
    tick();
    pipe.room = Number.POSITIVE_INFINITY;
    tick();
    expect(writes.join("").length).toBe(8 * (line.length + 1) + "12 left out\n".length);
    expect(writes.join("").endsWith("\n12 left out\n")).toBe(true);
  });

  test("that wait at the end of the process are written when the reader takes them", () => {
    const { queue, writes, pipe } = open(0);
    queue.push("last");
    pipe.onPause = () => {
      if (pipe.pauses === 3) pipe.room = 100;
    };
    queue.flushAtEnd();
    expect([writes, pipe.pauses]).toEqual([["last\n"], 3]);
  });

  test("do not hold up the end of the process for more than 200 pauses", () => {
    const { queue, writes, pipe } = open(0);
    queue.push("last");
    queue.flushAtEnd();
    expect([writes, pipe.pauses]).toEqual([[], 200]);
  });
});
