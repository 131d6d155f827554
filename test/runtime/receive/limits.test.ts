import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { ConfigError, defineHandler, type Extension, type ExtensionOptions } from "../../../runtime/index.js";
import { type RunningServer, serve } from "../../../runtime/node.js";
import { deferred } from "../../support/deferred.js";
import { createTestLogger, type TestDelivery, testOptions } from "../../support/deliveries.js";
import { openKiket } from "../../support/open-kiket.js";
import { bodyOf } from "../../support/replies.js";
import { type Target, targets } from "../../support/targets.js";

const kiket = await openKiket();

const v1 = { event: "issue.created", version: "v1" } as const;
const plain = defineHandler(v1, () => "ran");

function limited(limits: ExtensionOptions["limits"], options: Partial<ExtensionOptions> = {}): Extension {
  return kiket.extension({ handlers: [plain], limits, ...options });
}

async function read(response: Response) {
  return { status: response.status, retryAfter: response.headers.get("retry-after"), body: await bodyOf(response) };
}

const send = async (extension: Extension, delivery: TestDelivery = {}) =>
  read(await extension.fetch(await kiket.request(delivery)));

test.each([
  [{ bodyBytes: 0 }, "limits.bodyBytes"],
  [{ bodyReadMs: -1 }, "limits.bodyReadMs"],
  [{ arriving: 0 }, "limits.arriving"],
  [{ arrivingBytes: 0.5 }, "limits.arrivingBytes"],
  [{ concurrency: 1.5 }, "limits.concurrency"],
  [{ handlerMs: Number.NaN }, "limits.handlerMs"],
  [{ handlerMs: 2 ** 31 }, "limits.handlerMs"],
  [{ headerBytes: Number.POSITIVE_INFINITY }, "limits.headerBytes"],
  [{ jsonDepth: "9" as unknown as number }, "limits.jsonDepth"],
])("%j is an error", (limits, name) => {
  expect(() => limited(limits)).toThrow(ConfigError);
  expect(() => limited(limits)).toThrow(`${name} must be a whole number from 1 to 2147483647.`);
});

describe.each(targets)("through %s", (_name, open) => {
  let target: Target | undefined;
  afterEach(async () => {
    await target?.close();
    target = undefined;
  });
  const post = async (extension: Extension, body: string, headers: Record<string, string> = {}) => {
    target = await open(extension);
    const request = new Request("http://extension.test/v/v1/webhooks/issue.created", {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    });
    return read(await target.send(request));
  };

  test("413 above the configured bytes", async () => {
    const expected = { status: 413, body: { error: "Body larger than 20 bytes" } };
    expect(await post(limited({ bodyBytes: 20 }), `{"a":"${"x".repeat(13)}"}`)).toMatchObject(expected);
    expect(await post(limited({ bodyBytes: 20 }), `{"a":"${"x".repeat(12)}"}`)).toMatchObject({ status: 401 });
  });

  test("431 above the configured size of headers", async () => {
    const headers = { "x-note": "n".repeat(2_000) };
    expect(await post(limited({ headerBytes: 2_000 }), "{}", headers)).toMatchObject({
      status: 431,
      body: { error: "Headers larger than 2000 bytes" },
    });
    expect(await post(limited({ headerBytes: 4_000 }), "{}", headers)).toMatchObject({ status: 401 });
  });

  test.each([
    ["lists", "[".repeat(64), "]".repeat(64)],
    ["objects", '{"a":'.repeat(64), "}".repeat(64)],
    ["both in turn", '[{"a":'.repeat(32), "}]".repeat(32)],
  ])("400 for %s that are nested too deep", async (_what, opening, closing) => {
    expect(await post(limited({}), `{"a":${opening}1${closing}}`)).toMatchObject({
      status: 400,
      body: { error: "Body is nested deeper than 64 levels" },
    });
    expect(await post(limited({ jsonDepth: 65 }), `{"a":${opening}1${closing}}`)).toMatchObject({ status: 401 });
  });

  test("brackets in strings do not count as nesting, whatever is escaped before them", async () => {
    const texts = ["[".repeat(500), "\\\\", '\\"[[[[', "\\\\\\\\", '\\\\\\"{{{{', ""];
    const body = `{${texts.map((text, index) => `"${index}":"${text}"`).join(",")}}`;
    expect(JSON.parse(body)).toMatchObject({ 1: "\\", 2: '"[[[[', 5: "" });
    expect(await post(limited({ jsonDepth: 1 }), body)).toMatchObject({ status: 401 });
    expect(await post(limited({ jsonDepth: 1 }), `{"a":"\\\\","b":[1]}`)).toMatchObject({ status: 400 });
  });

  test("a megabyte of brackets is refused and does not crash", async () => {
    const { status, body } = await post(limited({}), "[".repeat(1_000_000));
    expect({ status, body }).toEqual({ status: 400, body: { error: "Body is nested deeper than 64 levels" } });
    expect(await post(limited({}), `"${"\\".repeat(1_000_000)}`)).toMatchObject({ status: 400 });
  });
});

describe("a slow client", () => {
  test("503 after the timeout for the body, so that Kiket retries", async () => {
    const body = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(Buffer.from('{"a":')) });
    const request = new Request("http://extension.test/v/v1/webhooks/issue.created", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      duplex: "half",
    } as RequestInit);
    expect(await read(await limited({ bodyReadMs: 20 }).fetch(request))).toEqual({
      status: 503,
      retryAfter: "30",
      body: { error: "Body not complete within 0.02 s" },
    });
  });

  const head = (length: number, type: string = "application/json") =>
    `POST /v/v1/webhooks/issue.created HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n`;
  const exchange = async (server: RunningServer, start: string, drip: boolean) => {
    const { hostname, port } = new URL(server.url);
    const socket: Socket = connect(Number(port), hostname);
    socket.on("error", () => undefined);
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.write(start);
    const dripping = drip ? setInterval(() => socket.write(" "), 5) : undefined;
    await new Promise((resolve) => socket.on("close", resolve));
    clearInterval(dripping);
    return text;
  };

  test("is answered, and its connection is closed, even if it continues to send", async () => {
    const server = await serve(limited({ bodyReadMs: 50 }), { port: 0, env: {} });
    const text = await exchange(server, `${head(900_000)}{"a":`, true);
    expect(text).toMatch(/^HTTP\/1\.1 503 /);
    expect(text.toLowerCase()).toContain("\r\nconnection: close\r\n");
    expect(text).toContain('{"error":"Body not complete within 0.05 s","correlation_id":"');
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    await server.close();
  });

  test("that was refused can read the response, but cannot keep the connection open by sending more", async () => {
    const server = await serve(limited({ bodyReadMs: 50 }), { port: 0, env: {} });
    expect(await exchange(server, head(900_000, "text/plain"), true)).toMatch(/^HTTP\/1\.1 415 /);
    expect(await exchange(server, head(9_000_000), true)).toMatch(/^HTTP\/1\.1 413 /);
    await server.close();
  });

  test("whose headers never end is answered 503 instead of Node's 408, and its connection is closed", async () => {
    const server = await serve(limited({}), { port: 0, env: {}, headersWithin: 50 });
    for (const start of ["", "POST /v/v1/webhooks/issue.created HTTP/1.1\r\nHost: x\r\nX-Slow: "]) {
      const text = await exchange(server, start, start !== "");
      expect(text).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\n/);
      expect(text).toContain("\r\nretry-after: 30\r\n");
      expect(text).toMatch(
        /\r\ncontent-length: 104\r\nconnection: close\r\n\r\n\{"error":"The request was not complete in time","correlation_id":"[0-9a-f-]{36}"\}$/,
      );
    }
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    await server.close();
  });

  test.each([
    ["what is no HTTP", "hello\r\n\r\n", 400],
    ["a header that is none", "POST / HTTP/1.1\r\nHost: x\r\nno header\r\n\r\n", 400],
    ["two lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400],
    ["headers past Node's limit", `GET /health HTTP/1.1\r\nHost: x\r\nX-Long: ${"x".repeat(70_000)}\r\n\r\n`, 431],
  ])("%s is refused in JSON like everything else", async (_what, start, status) => {
    const server = await serve(limited({}), { port: 0, env: {} });
    const text = await exchange(server, start, false);
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} [A-Z]`));
    expect(JSON.parse(text.split("\r\n\r\n")[1] ?? "")).toEqual({
      error: expect.any(String),
      correlation_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    await server.close();
  });

  test("100 MB are answered 413 without being stored", async () => {
    const server = await serve(limited({}), { port: 0, env: {} });
    const chunk = new Uint8Array(1024 * 1024).fill(0x20);
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1;
        if (sent > 100) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const response = await fetch(`${server.url}/v/v1/webhooks/issue.created`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
      duplex: "half",
    } as RequestInit);
    expect(await read(response)).toMatchObject({ status: 413, body: { error: "Body larger than 1048576 bytes" } });
    await server.close();
  });
});

describe("many deliveries at the same time", () => {
  test("429 with Retry-After above the configured number, and accepted again afterwards", async () => {
    const gate = deferred();
    let waiting = 0;
    const arrived = deferred();
    const slow = defineHandler(v1, async () => {
      waiting += 1;
      if (waiting === 2) arrived.resolve();
      await gate.promise;
      return "ran";
    });
    const extension = limited({ concurrency: 2 }, { handlers: [slow] });
    const both = [send(extension), send(extension)];
    await arrived.promise;
    expect(await send(extension)).toEqual({
      status: 429,
      retryAfter: "5",
      body: { error: "Too many deliveries at once" },
    });
    gate.resolve();
    expect((await Promise.all(both)).map(({ status }) => status)).toEqual([200, 200]);
    expect((await send(extension)).status).toBe(200);
    expect(waiting).toBe(3);
  });

  test("health is answered at the limit", async () => {
    const gate = deferred();
    const started = deferred();
    const slow = defineHandler(v1, async () => {
      started.resolve();
      await gate.promise;
    });
    const extension = limited({ concurrency: 1 }, { handlers: [slow] });
    const answer = send(extension);
    await started.promise;
    expect((await extension.fetch(new Request("http://extension.test/health"))).status).toBe(200);
    gate.resolve();
    await answer;
  });
});

describe("a handler that takes too long", () => {
  const tooLong = { status: 503, retryAfter: "30", body: { error: "The handler did not finish within 0.02 s" } };
  const named: TestDelivery = { headers: { "x-kiket-delivery": "dlv_1" } };

  test("503, a log line, one telemetry record, and its signal is aborted", async () => {
    const logger = createTestLogger();
    const records: unknown[] = [];
    const aborted = deferred();
    let reason: unknown;
    const patient = defineHandler(v1, async (_payload, { signal }) => {
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      reason = signal.reason;
      aborted.resolve();
      throw reason;
    });
    const telemetry = { onRecord: (record: unknown) => records.push(record) };
    const extension = limited({ handlerMs: 20 }, { handlers: [patient], logger, telemetry });
    expect(await send(extension, named)).toEqual(tooLong);
    await aborted.promise;
    await extension.close();
    expect(String(reason)).toBe("KiketError: The handler did not finish within 0.02 s");
    expect(logger.lines[0]).toMatchObject({
      level: "warn",
      message: "A delivery failed: The handler did not finish within 0.02 s",
      fields: { event: "issue.created", version: "v1", deliveryId: "dlv_1", status: 503, reason: "handler-too-slow" },
    });
    // What comes of the handler afterwards is not lost either.
    const correlationId = expect.stringMatching(/^[0-9a-f-]{36}$/);
    expect(logger.lines[1]).toMatchObject({
      level: "error",
      message: "A handler failed",
      fields: { late: true, correlationId, cause: { name: "KiketError" } },
    });
    expect(records).toMatchObject([{ status: "error", errorClass: "KiketError" }]);
  });

  test("a signal that is first read afterwards is already aborted", async () => {
    const gate = deferred();
    const seen = deferred();
    let wasAborted: boolean | undefined;
    const late = defineHandler(v1, async (_payload, context) => {
      await gate.promise;
      wasAborted = context.signal.aborted;
      seen.resolve();
    });
    const extension = limited({ handlerMs: 20 }, { handlers: [late] });
    expect(await send(extension)).toEqual(tooLong);
    gate.resolve();
    await seen.promise;
    expect(wasAborted).toBe(true);
  });

  test("its late verdict answers the next attempt, and until then it is not run a second time", async () => {
    const gate = deferred();
    let runs = 0;
    const late = defineHandler(v1, async () => {
      runs += 1;
      await gate.promise;
      return `run ${runs}`;
    });
    const extension = limited({ handlerMs: 20 }, { handlers: [late] });
    expect(await send(extension, named)).toEqual(tooLong);
    expect(await send(extension, named)).toMatchObject({
      status: 503,
      body: { error: "The delivery is still being handled" },
    });
    gate.resolve();
    await vi.waitFor(async () => expect(await send(extension, named)).toMatchObject({ status: 200, body: "run 1" }));
    expect(runs).toBe(1);
  });

  test("after a late failure it runs again with the next attempt", async () => {
    const gate = deferred();
    let runs = 0;
    const late = defineHandler(v1, async () => {
      runs += 1;
      if (runs > 1) return `run ${runs}`;
      await gate.promise;
      throw new Error("too late");
    });
    const extension = limited({ handlerMs: 20 }, { handlers: [late] });
    expect(await send(extension, named)).toEqual(tooLong);
    gate.resolve();
    await vi.waitFor(async () => expect(await send(extension, named)).toMatchObject({ status: 200, body: "run 2" }));
  });

  test("one that never ends runs again 30 s after the timeout", async () => {
    let now = testOptions(kiket).now?.() ?? 0;
    let runs = 0;
    const hanging = defineHandler(v1, () => {
      runs += 1;
      return runs > 1 ? "second" : new Promise(() => undefined);
    });
    const extension = limited({ handlerMs: 20 }, { handlers: [hanging], now: () => now });
    expect(await send(extension, named)).toEqual(tooLong);
    now += 30_019;
    expect(await send(extension, named)).toMatchObject({ status: 503 });
    now += 1;
    expect(await send(extension, named)).toMatchObject({ status: 200, body: "second" });
  });

  test("the default is 30 s", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const started = deferred();
      const hanging = defineHandler(v1, () => {
        started.resolve();
        return new Promise(() => undefined);
      });
      const answer = send(limited({}, { handlers: [hanging] }));
      await started.promise;
      vi.advanceTimersByTime(30_000);
      expect(await answer).toMatchObject({ status: 503, body: { error: "The handler did not finish within 30 s" } });
    } finally {
      vi.useRealTimers();
    }
  });
});
