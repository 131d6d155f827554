import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, expect, test, vi } from "vitest";
import { type MetricsServer, openMetricsServer } from "../../../../runtime/server/metrics/metrics-server.js";

const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
const place = { port: 0, host: "127.0.0.1", path: "/metrics" };
const shown = { text: "a 1\n", contentType: "text/plain; version=0.0.4; charset=utf-8" };

let opened: MetricsServer | undefined;
afterEach(async () => {
  await opened?.close();
  vi.clearAllMocks();
});

async function open(read = async () => shown): Promise<string> {
  opened = await openMetricsServer(place, read, log);
  return opened.url;
}

/** Sends this text as it is, and has all of the answer. */
async function raw(url: string, request: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.end(request);
  return text(socket);
}

test("GET at the path has the text; each answer ends its connection", async () => {
  const url = await open();
  const answer = await fetch(`${url}?x=1`);
  expect([answer.status, answer.headers.get("content-type"), answer.headers.get("connection")]).toEqual([
    200,
    "text/plain; version=0.0.4; charset=utf-8",
    "close",
  ]);
  expect(await answer.text()).toBe("a 1\n");
});

test.each([
  ["GET / HTTP/1.1", 404, "Not found. The metrics are at /metrics.\n"],
  ["GET /metrics/ HTTP/1.1", 404, "Not found. The metrics are at /metrics.\n"],
  ["POST /v/v1/webhooks/issue.created HTTP/1.1", 404, "Not found. The metrics are at /metrics.\n"],
  ["POST /metrics HTTP/1.1", 405, "Only GET is supported.\n"],
  ["OPTIONS /metrics HTTP/1.1", 405, "Only GET is supported.\n"],
  ["GET /metrics HTTP/1.1\r\ncontent-length: 2", 413, "A request for metrics has no body.\n"],
  ["GET /metrics HTTP/1.1\r\ntransfer-encoding: chunked", 413, "A request for metrics has no body.\n"],
])("%j is refused", async (head, status, message) => {
  const read = vi.fn(async () => shown);
  const answer = await raw(await open(read), `${head}\r\nhost: x\r\n\r\n`);
  expect(answer.startsWith(`HTTP/1.1 ${status} `)).toBe(true);
  expect(answer.endsWith(`\r\n\r\n${message}`)).toBe(true);
  expect(answer.toLowerCase()).toContain("connection: close");
  expect(/^allow: GET\r$/m.test(answer)).toBe(status === 405);
  expect(read).not.toHaveBeenCalled();
});

test("all who ask at the same time get one reading", async () => {
  let reads = 0;
  const url = await open(async () => {
    reads += 1;
    await new Promise((resolve) => setTimeout(resolve, 100));
    return { ...shown, text: `a ${reads}\n` };
  });
  const both = await Promise.all([fetch(url), fetch(url)].map(async (answer) => (await answer).text()));
  expect(both).toEqual(["a 1\n", "a 1\n"]);
  expect(await (await fetch(url)).text()).toBe("a 2\n");
});

test("a reading that fails is a 500 without its text, and a line", async () => {
  const url = await open(() => Promise.reject(new Error("secret")));
  const answer = await fetch(url);
  expect([answer.status, await answer.text()]).toEqual([500, "The metrics cannot be read. The log says why.\n"]);
  expect(log.error).toHaveBeenCalledWith("The metrics cannot be read", { error: expect.any(Error) });
});

test("a reading that never ends does not hold up those who ask later", async () => {
  let reads = 0;
  opened = await openMetricsServer(
    place,
    () => {
      reads += 1;
      return reads === 1 ? new Promise(() => undefined) : Promise.resolve(shown);
    },
    log,
    100,
  );
  await expect(fetch(opened.url)).rejects.toThrow();
  expect(await (await fetch(opened.url)).text()).toBe("a 1\n");
});

test("a port that is taken is a ConfigError that names it, and how to change it", async () => {
  const { port } = new URL(await open());
  await expect(openMetricsServer({ ...place, port: Number(port) }, async () => shown, log)).rejects.toMatchObject({
    name: "ConfigError",
    code: "EADDRINUSE",
    message: `Cannot listen on 127.0.0.1, port ${port}: the port is in use. Stop the program that uses it, or set KIKET_METRICS_PORT (or metrics.port) to another port.`,
  });
});

test("a client that sends nothing, half a request, or does not read, is cut off", async () => {
  const size = 64 * 1024 * 1024;
  opened = await openMetricsServer(place, async () => ({ ...shown, text: "x".repeat(size) }), log, 300);
  const { url } = opened;
  const port = Number(new URL(url).port);
  const talk = async (request: string): Promise<string> => {
    const socket = connect(port, "127.0.0.1").on("error", () => undefined);
    if (request !== "") socket.write(request);
    return text(socket);
  };
  expect(await talk("")).toMatch(/^HTTP\/1.1 408 /);
  expect(await talk("GET /metr")).toMatch(/^HTTP\/1.1 408 /);
  const slow = connect(port, "127.0.0.1").pause();
  const failed = new Promise<void>((resolve) => slow.once("error", () => resolve()).once("end", () => resolve()));
  slow.write("GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n");
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  let received = 0;
  slow.on("data", (chunk) => {
    received += chunk.length;
  });
  slow.resume();
  await failed;
  expect(received).toBeLessThan(size);
});

test("closing does not wait for a client that does not read", async () => {
  opened = await openMetricsServer(place, async () => ({ ...shown, text: "x".repeat(64 * 1024 * 1024) }), log);
  const slow = connect(Number(new URL(opened.url).port), "127.0.0.1").on("error", () => undefined);
  slow.pause().write("GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n");
  await new Promise((resolve) => setTimeout(resolve, 200));
  // The limit of a client is 10 s, and that of a test 5 s.
  await opened.close();
  slow.destroy();
});
