import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import type { OutboundOptions } from "../../../runtime/api/options.js";
import { resolveOutbound } from "../../../runtime/api/options.js";
import { ApiConnectionError, ApiError, createIngestionClient } from "../../../runtime/index.js";
import { createSession } from "../../support/session.js";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

/** A server in the place of Kiket, and what calls it. */
async function open(answer: RequestListener, outbound: OutboundOptions = {}) {
  let requests = 0;
  const keys = new Set<unknown>();
  const server = createServer((request, response) => {
    requests += 1;
    keys.add(request.headers["idempotency-key"]);
    request.resume().on("end", () => answer(request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () =>
    new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  closers.push(close);
  const fetchNow: typeof fetch = (input, init) => fetch(input, init);
  const { api } = createSession({ fetch: fetchNow, calls: [] }, { configuredBaseUrl: baseUrl, baseUrl, outbound });
  const ingestion = createIngestionClient({ apiKey: "key", organizationId: "1", baseUrl, ...outbound });
  return { api, ingestion, close, requests: () => requests, keys };
}

const read = ({ api }: Awaited<ReturnType<typeof open>>) => api.GET("/api/v1/ext/rate_limit");
const write = ({ api }: Awaited<ReturnType<typeof open>>) =>
  api.POST("/api/v1/extensions/logs", { body: { message: "m", metadata: {} } });

async function errorOf(call: Promise<unknown>): Promise<ApiError | ApiConnectionError> {
  const error: unknown = await call.then(
    () => undefined,
    (cause) => cause,
  );
  if (error instanceof ApiError || error instanceof ApiConnectionError) return error;
  throw new Error(`Not an error of the API: ${error}`);
}

const json = { "content-type": "application/json" };
/** JSON of this many bytes. */
const textOf = (size: number): string => JSON.stringify("x".repeat(size - 2));

describe("the size of a response", () => {
  test("may be the limit, and one byte more is an ApiError without a retry", async () => {
    const fits = await open((_request, response) => response.writeHead(200, json).end(textOf(1_000)), {
      responseBytes: 1_000,
    });
    expect((await read(fits)).data).toBe("x".repeat(998));
    const kiket = await open((_request, response) => response.writeHead(200, json).end(textOf(1_001)), {
      responseBytes: 1_000,
    });
    const limit = "answered 200 with more than 1000 bytes, the limit in the option responseBytes";
    expect(await errorOf(read(kiket))).toMatchObject({
      name: "ApiError",
      status: 200,
      message: `GET /api/v1/ext/rate_limit ${limit}`,
    });
    expect((await errorOf(write(kiket))).message).toBe(
      `POST /api/v1/extensions/logs ${limit}; Kiket may have carried it out`,
    );
    expect(kiket.requests()).toBe(2);
    expect((await errorOf(kiket.ingestion.getContract())).message).toBe(
      `GET /api/v1/platform/extension-ingestion/contract ${limit}`,
    );
  });

  test("is 10 MiB by default", async () => {
    const mebibytes = async (size: number) =>
      read(await open((_request, response) => response.writeHead(200, json).end(textOf(size))));
    expect((await mebibytes(10 * 1024 * 1024)).response.status).toBe(200);
    expect(await errorOf(mebibytes(10 * 1024 * 1024 + 1))).toMatchObject({ name: "ApiError", status: 200 });
  });

  test("counts after decoding, and the rest is not decoded", async () => {
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024, 0x20));
    expect(bomb.length).toBeLessThan(300_000);
    const kiket = await open((_request, response) =>
      response.writeHead(200, { ...json, "content-encoding": "gzip" }).end(bomb),
    );
    const before = process.memoryUsage();
    expect(await errorOf(write(kiket))).toMatchObject({ name: "ApiError", status: 200 });
    const after = process.memoryUsage();
    // Ten were read. Some more may be on the way.
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(100 * 1024 * 1024);
    expect(after.heapUsed - before.heapUsed).toBeLessThan(100 * 1024 * 1024);
  });

  test("of an error keeps its status, without its text", async () => {
    const body = JSON.stringify({ error: "E", padding: "x".repeat(2_000) });
    for (const [status, attempts] of [
      [422, 1],
      [503, 3],
    ] as const) {
      const kiket = await open((_request, response) => response.writeHead(status, json).end(body), {
        responseBytes: 1_000,
      });
      expect(await errorOf(write(kiket))).toMatchObject({
        name: "ApiError",
        status,
        message: `POST /api/v1/extensions/logs answered ${status}`,
      });
      expect(kiket.requests()).toBe(attempts);
    }
  });

  test("that never ends is an ApiError too", async () => {
    const kiket = await open(
      (_request, response) => {
        response.writeHead(200, json);
        const more = (): void => {
          while (response.write(Buffer.alloc(65_536, 0x20)));
        };
        response.on("drain", more);
        more();
      },
      { responseBytes: 1_000_000 },
    );
    expect(await errorOf(read(kiket))).toMatchObject({ name: "ApiError", status: 200 });
  });

  test.each([0, -1, 1.5, Number.NaN, "1000"])("a limit of %j is a ConfigError", (responseBytes) => {
    expect(() => resolveOutbound({ responseBytes: responseBytes as number })).toThrow(/outbound\.responseBytes/);
  });
});

describe("a connection that breaks", () => {
  const cutBody: RequestListener = (_request, response) => {
    response.writeHead(200, { ...json, "content-length": "1000" }).write('{"a":');
    setImmediate(() => response.destroy());
  };
  const noAnswer: RequestListener = (request) => request.socket.destroy();

  test("within the response of a write: it says that the write may have happened, and repeats it with its key only", async () => {
    const kiket = await open(cutBody);
    expect(await errorOf(write(kiket))).toMatchObject({
      name: "ApiConnectionError",
      reason: "interrupted",
      message:
        "POST /api/v1/extensions/logs answered 200, but the connection broke before the end of the response; Kiket may have carried it out",
    });
    expect([kiket.requests(), kiket.keys.size]).toEqual([3, 1]);
  });

  test("before the response of a write", async () => {
    const kiket = await open(noAnswer);
    expect(await errorOf(write(kiket))).toMatchObject({
      name: "ApiConnectionError",
      reason: "interrupted",
      message:
        "POST /api/v1/extensions/logs was sent, but the connection broke before the response; Kiket may have carried it out",
    });
    expect((await errorOf(read(kiket))).message).toBe(
      "GET /api/v1/ext/rate_limit was sent, but the connection broke before the response",
    );
  });

  test("by an answer that is not HTTP", async () => {
    const kiket = await open((request) => request.socket.end("SSH-2.0-OpenSSH_9.6\r\n"));
    expect(await errorOf(write(kiket))).toMatchObject({ reason: "interrupted" });
  });

  test("is unreachable only if there was no connection", async () => {
    const kiket = await open(noAnswer);
    await kiket.close();
    expect(await errorOf(write(kiket))).toMatchObject({
      reason: "unreachable",
      message: "POST /api/v1/extensions/logs could not be sent: Kiket is unreachable",
    });
  });

  test("is not followed by another attempt if the call is not idempotent", async () => {
    for (const answer of [cutBody, noAnswer]) {
      const kiket = await open(answer, { sleep: async () => undefined });
      expect(await errorOf(kiket.ingestion.processRawEvent("1"))).toMatchObject({ reason: "interrupted" });
      expect(await errorOf(kiket.ingestion.claimRawEvents())).toMatchObject({ reason: "interrupted" });
      expect(kiket.requests()).toBe(2);
    }
  });

  test("within a response that is slower than the timeout: no complete response", async () => {
    const kiket = await open((_request, response) => response.writeHead(200, json).write("{"), {
      timeout: 50,
      retries: 0,
    });
    expect(await errorOf(write(kiket))).toMatchObject({
      reason: "timeout",
      message: "POST /api/v1/extensions/logs got no complete response within 0.05 s; Kiket may have carried it out",
    });
  });
});

describe("the content of a response", () => {
  test("that is empty after decoding is none", async () => {
    const kiket = await open((_request, response) =>
      response.writeHead(200, { ...json, "content-encoding": "gzip" }).end(gzipSync("")),
    );
    expect((await read(kiket)).data).toBeUndefined();
    expect(await kiket.ingestion.getContract()).toEqual({});
  });

  test("that cannot be decoded is an interrupted response", async () => {
    const kiket = await open((_request, response) =>
      response.writeHead(200, { ...json, "content-encoding": "gzip" }).end("no gzip"),
    );
    expect(await errorOf(read(kiket))).toMatchObject({ name: "ApiConnectionError", reason: "interrupted" });
  });

  test("may be read in another way, also beyond JSON", async () => {
    const kiket = await open((_request, response) =>
      response.writeHead(200, { "content-type": "text/csv" }).end("a,b"),
    );
    expect((await kiket.api.GET("/api/v1/ext/rate_limit", { parseAs: "text" })).data).toBe("a,b");
    expect(await errorOf(read(kiket))).toMatchObject({
      name: "ApiError",
      status: 200,
      message: "GET /api/v1/ext/rate_limit answered 200 with a body that is not JSON (content type text/csv)",
    });
    expect((await errorOf(kiket.ingestion.processRawEvent("1"))).message).toBe(
      "POST /api/v1/platform/raw-events/1/process answered 200 with a body that is not JSON (content type text/csv); Kiket may have carried it out",
    );
  });

  test("contains no token in an error", async () => {
    const kiket = await open((_request, response) =>
      response.writeHead(200, { "x-request-id": "workspace-token-1" }).end("oops"),
    );
    expect(await errorOf(read(kiket))).toMatchObject({ status: 200, requestId: "[redacted]" });
  });
});
