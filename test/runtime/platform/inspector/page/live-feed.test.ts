import { describe, expect, it } from "vitest";
import { type ControlApi, ControlError } from "../../../../../runtime/platform/inspector/page/state/control-api.js";
import { changesIn } from "../../../../../runtime/platform/inspector/page/state/feed/change-stream.js";
import { type FeedNews, followFeed } from "../../../../../runtime/platform/inspector/page/state/feed/live-feed.js";
import { createStandInBackend, record, summary } from "../../../../support/inspector-backend.js";

const bytes = (text: string) => new TextEncoder().encode(text);

function streamOf(...chunks: readonly (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(typeof chunk === "string" ? bytes(chunk) : chunk);
      controller.close();
    },
  });
}

async function changesOf(...chunks: readonly (string | Uint8Array)[]): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const change of changesIn(streamOf(...chunks))) found.push(change);
  return found;
}

describe("changesIn", () => {
  it("reads events with ids, and skips comments, ids alone and what is no JSON", async () => {
    const text = ': hello\n\nid: 7\n\nid: 8\ndata: {"a":1}\n\ndata: no json\n\nevent: x\ndata:{"b":\ndata:2}\n\n';
    expect(await changesOf(text)).toEqual([{ a: 1 }, { b: 2 }]);
  });

  it("reads the same however the bytes are cut, and with every end of line", async () => {
    const text = 'data: {"text":"grün ✓"}\r\n\r\ndata: {"b":2}\r\rdata: {"c":3}\n\n';
    const expected = [{ text: "grün ✓" }, { b: 2 }, { c: 3 }];
    expect(await changesOf(text)).toEqual(expected);
    expect(await changesOf(...[...bytes(text)].map((byte) => Uint8Array.of(byte)))).toEqual(expected);
  });

  it("gives no event that was cut off", async () => {
    expect(await changesOf('data: {"a":1}\n\ndata: {"b":2}\n')).toEqual([{ a: 1 }]);
  });
});

describe("followFeed", () => {
  const backend = createStandInBackend([record("dlv_1")]);
  const change = { kind: "delivery", delivery: summary(record("dlv_2")) } as const;

  /** Runs until the waits are used up. Each entry of `streams` answers one connection. */
  async function follow(streams: readonly (() => ReadableStream<Uint8Array>)[], members: Partial<ControlApi> = {}) {
    const news: FeedNews[] = [];
    const waits: number[] = [];
    const stop = new AbortController();
    let connections = 0;
    const api = {
      async state() {
        // Later than what the stream brings at once.
        await new Promise(setImmediate);
        return backend.state();
      },
      deliveries: async () => backend.deliveries(),
      async stream() {
        const open = streams[connections];
        connections += 1;
        if (open === undefined) throw new ControlError(0, "no answer");
        return open();
      },
      ...members,
    };
    const wait = async (milliseconds: number) => {
      waits.push(milliseconds);
      if (waits.length === 5) stop.abort();
    };
    await followFeed(api, (told) => news.push(told), wait, stop.signal);
    return { news, waits, kinds: news.map(({ kind }) => kind) };
  }

  it("tells everything first, then what changed meanwhile once more, so that an old state never stays", async () => {
    const { news } = await follow([() => streamOf(`data: ${JSON.stringify(change)}\n\n`)]);
    expect(news.slice(0, 4)).toEqual([
      { kind: "change", change },
      { kind: "snapshot", state: backend.state(), deliveries: backend.deliveries() },
      { kind: "change", change },
      { kind: "lost", reason: "The connection has ended." },
    ]);
  });

  it("connects again after ever longer waits, and after short ones once it was connected", async () => {
    expect((await follow([])).waits).toEqual([500, 1000, 2000, 4000, 5000]);
    const { waits, kinds } = await follow([() => streamOf(), () => streamOf()]);
    expect(waits).toEqual([500, 500, 1000, 2000, 4000]);
    expect(kinds).toEqual(["snapshot", "lost", "snapshot", "lost", "lost", "lost", "lost"]);
  });

  it("ends the stream when the state cannot be read, and begins again", async () => {
    let open = 0;
    const endless = () => {
      open += 1;
      return new ReadableStream<Uint8Array>();
    };
    const deliveries = async () => {
      throw new ControlError(0, "kiket-gen dev does not answer.");
    };
    const signals: AbortSignal[] = [];
    const { kinds } = await follow([], {
      deliveries,
      async stream(signal) {
        signals.push(signal);
        return endless();
      },
    });
    expect(kinds).toEqual(["lost", "lost", "lost", "lost", "lost"]);
    expect(open).toBe(5);
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
  });

  it.each([401, 403])("stops for good when it is refused with %i", async (status) => {
    const { news, waits } = await follow([], {
      async stream() {
        throw new ControlError(status, "another token");
      },
    });
    expect(news).toEqual([{ kind: "refused", reason: "another token" }]);
    expect(waits).toEqual([]);
  });
});
