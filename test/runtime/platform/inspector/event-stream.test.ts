import { connect } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import type { DevChange } from "../../../../runtime/platform/inspector/backend.js";
import { createChangeLog } from "../../../../runtime/platform/inspector/change-log.js";
import { createEventStream } from "../../../../runtime/platform/inspector/event-stream.js";
import { openTestInspector, record, token } from "./open.js";

function build(number: number, reason = "saved"): DevChange {
  return { kind: "build", build: { number, at: 0, reason } };
}

function text(id: number, number: number): string {
  return `id: ${id}\ndata: {"kind":"build","build":{"number":${number},"at":0,"reason":"saved"}}\n\n`;
}

const resync = (id: number) => `id: ${id}\ndata: {"kind":"resync"}\n\n`;

describe("the log of changes", () => {
  it("gives a new reader nothing of what was before, but the id from which it can go on", () => {
    const log = createChangeLog({ events: 10, characters: 10_000 });
    expect(log.since(undefined)).toBe("id: 0\n\n");
    expect(log.append(build(1))).toBe(text(1, 1));
    expect(log.since(undefined)).toBe("id: 1\n\n");
  });

  it("gives a reader what it missed", () => {
    const log = createChangeLog({ events: 10, characters: 10_000 });
    for (const number of [1, 2, 3]) log.append(build(number));
    expect(log.since("1")).toBe(text(2, 2) + text(3, 3));
    expect(log.since("0")).toBe(text(1, 1) + text(2, 2) + text(3, 3));
    expect(log.since("3")).toBe("id: 3\n\n");
  });

  it("tells of an attempt that is too large for every reader only that its delivery can be read again", () => {
    const log = createChangeLog({ events: 10, characters: 100_000_000 });
    const told = (size: number) =>
      log.append({ kind: "attempt", delivery: { ...record, payload: { text: "x".repeat(size) } } });
    expect(told(2_000_000)).toBe('id: 1\ndata: {"kind":"progress","id":"dlv_1"}\n\n');
    expect(told(1_000)).toContain('"kind":"attempt"');
  });

  it.each(["4", "-1", "1.0", "", " 1", "0x1", "one", "1e0", "9999999999999999999", "NaN"])(
    "says that a reader with %j must ask again: it is no id of this log",
    (after) => {
      const log = createChangeLog({ events: 10, characters: 10_000 });
      for (const number of [1, 2, 3]) log.append(build(number));
      expect(log.since(after)).toBe(resync(3));
    },
  );

  it("keeps no more changes than it may, and says so to a reader who needs more", () => {
    const log = createChangeLog({ events: 2, characters: 10_000 });
    for (const number of [1, 2, 3]) log.append(build(number));
    expect([log.since("1"), log.since("0")]).toEqual([text(2, 2) + text(3, 3), resync(3)]);
  });

  it("keeps no more text than it may, also of one change", () => {
    const log = createChangeLog({ events: 10, characters: 200 });
    for (const number of [1, 2, 3]) log.append(build(number));
    expect([log.since("1"), log.since("0")]).toEqual([text(2, 2) + text(3, 3), resync(3)]);
    log.append(build(4, "a".repeat(1000)));
    expect([log.since("3"), log.since("4")]).toEqual([resync(4), "id: 4\n\n"]);
  });

  it("keeps each event on its lines, whatever text is in it", () => {
    const log = createChangeLog({ events: 10, characters: 10_000 });
    const event = log.append(build(1, "a\n\ndata: {}\r\rid: 9\u2028"));
    expect(event.split(/\r\n|\r|\n/).map((line) => line.slice(0, 5))).toEqual(["id: 1", "data:", "", ""]);
  });
});

function fakeReader(unsent = 0) {
  const seen: string[] = [];
  return {
    seen,
    unsent: () => unsent,
    write: (each: string) => void seen.push(each),
    end: () => void seen.push("ended"),
    drop: () => void seen.push("dropped"),
  };
}

describe("readers", () => {
  it("are told each change, and that the connection works", () => {
    const stream = createEventStream();
    const [one, two] = [fakeReader(), fakeReader()];
    stream.add(one, undefined);
    stream.publish(build(1));
    stream.add(two, undefined);
    stream.publish(build(2));
    stream.beat();
    stream.remove(one);
    stream.publish(build(3));
    stream.close();
    expect(one.seen).toEqual(["id: 0\n\n", text(1, 1), text(2, 2), ":\n\n"]);
    expect(two.seen).toEqual(["id: 1\n\n", text(2, 2), ":\n\n", text(3, 3), "ended"]);
  });

  it("who do not read are dropped, and come back to what they missed", () => {
    const stream = createEventStream();
    const [slow, other] = [fakeReader(8 * 1024 * 1024 + 1), fakeReader()];
    stream.add(slow, undefined);
    stream.add(other, undefined);
    for (const number of [1, 2]) stream.publish(build(number));
    expect(slow.seen).toEqual(["id: 0\n\n", "dropped"]);
    expect(other.seen).toEqual(["id: 0\n\n", text(1, 1), text(2, 2)]);
    const back = fakeReader();
    stream.add(back, "0");
    expect(back.seen).toEqual([text(1, 1) + text(2, 2)]);
  });

  it("are at most 16", () => {
    const stream = createEventStream();
    const readers = Array.from({ length: 16 }, () => fakeReader());
    for (const reader of readers) {
      expect(stream.isFull()).toBe(false);
      stream.add(reader, undefined);
    }
    expect(stream.isFull()).toBe(true);
    for (const reader of readers.slice(0, 1)) stream.remove(reader);
    expect(stream.isFull()).toBe(false);
  });
});

/** Reads until the text has all of this. */
async function readUntil(response: Response, wanted: string): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let seen = "";
  while (!seen.endsWith(wanted)) {
    const { done = true, value } = (await reader?.read()) ?? {};
    if (done) break;
    seen += decoder.decode(value, { stream: true });
  }
  await reader?.cancel();
  return seen;
}

describe("GET /api/stream", () => {
  it("misses nothing from the beginning of its answer, and goes on after a break", async () => {
    const { call, backend } = await openTestInspector();
    backend.change(build(1));
    const first = await call("/api/stream");
    expect([first.status, first.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
    backend.change(build(2));
    expect(await readUntil(first, text(2, 2))).toBe(`id: 1\n\n${text(2, 2)}`);
    backend.change(build(3));
    backend.change(build(4));
    for (const again of [
      await call("/api/stream", { headers: { "last-event-id": "2" } }),
      await call("/api/stream?after=2"),
      await call("/api/stream?after=0", { headers: { "last-event-id": "2" } }),
    ]) {
      expect(await readUntil(again, text(4, 4))).toBe(text(3, 3) + text(4, 4));
    }
    expect(await readUntil(await call("/api/stream?after=99"), resync(4))).toBe(resync(4));
  });

  it("is refused to a 17th reader, until one has gone", async () => {
    const { call } = await openTestInspector();
    const readers = await Promise.all(Array.from({ length: 16 }, () => call("/api/stream")));
    const refused = await call("/api/stream");
    expect([refused.status, await refused.json()]).toEqual([
      503,
      { error: "The stream has too many readers", hint: "Close other pages of the inspector." },
    ]);
    await readers[0]?.body?.cancel();
    await expect
      .poll(async () => {
        const { status, body } = await call("/api/stream");
        await body?.cancel();
        return status;
      })
      .toBe(200);
  });

  it("drops a reader that reads nothing, and goes on", async () => {
    const { port, backend, call } = await openTestInspector();
    const socket = connect(port, "127.0.0.1");
    onTestFinished(() => void socket.destroy());
    socket.pause();
    const closed = new Promise<string>((resolve) => socket.once("close", () => resolve("closed")));
    socket.on("error", () => undefined);
    socket.write(`GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nX-Kiket-Gen-Token: ${token}\r\n\r\n`);
    await new Promise((resolve) => socket.once("readable", resolve));
    // More than a socket's buffers and the limit take. Nobody keeps this much of it.
    const large = build(1, "a".repeat(4 * 1024 * 1024));
    for (let count = 0; count < 8; count += 1) backend.change(large);
    socket.resume();
    expect(await closed).toBe("closed");
    expect((await call("/api/launch")).status).toBe(200);
  });

  it("ends at close", async () => {
    const { call, close } = await openTestInspector();
    const response = await call("/api/stream");
    const ended = readUntil(response, "never").then(
      () => "ended",
      () => "ended",
    );
    await close();
    expect(await ended).toBe("ended");
  });
});
