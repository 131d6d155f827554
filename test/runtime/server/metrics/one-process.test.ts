import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { Counter, Registry } from "prom-client";
import { expect, test, vi } from "vitest";
import { ConfigError, defineHandler, type Extension, type MetricsOptions } from "../../../../runtime/index.js";
import { serve } from "../../../../runtime/node.js";
import { collectMetrics } from "../../../../runtime/prometheus.js";
import { createLogRecorder } from "../../../../runtime/testing/log-recorder.js";
import { deferred } from "../../../support/deferred.js";
import { openKiket } from "../../../support/open-kiket.js";
import { metricsAddress, parsePrometheus, sampleValue } from "../../../support/prometheus-text.js";

const kiket = await openKiket();
const handler = defineHandler({ event: "issue.created", version: "v1" }, () => undefined);

async function open(metrics: MetricsOptions = {}, handlers = [handler]) {
  const { logger, records } = createLogRecorder();
  const extension = kiket.extension({ handlers, logger });
  const server = await serve(extension, { port: 0, env: {}, signals: false, metrics: { port: 0, ...metrics } });
  const url = metricsAddress(records);
  return { extension, server, url, scrape: async () => (await fetch(url)).text() };
}

test("serve shows the metrics of extension and process at an address of their own, and nowhere else", async () => {
  const { server, url, scrape } = await open();
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
  expect(new URL(url).port).not.toBe(new URL(server.url).port);
  const families = Object.keys(parsePrometheus(await scrape()));
  expect(families).toEqual(expect.arrayContaining(["kiket_deliveries_total", "nodejs_eventloop_lag_seconds"]));
  expect(families).not.toContain("kiket_processes");
  expect((await fetch(`${server.url}/metrics`)).status).toBe(404);
  await server.close();
  await expect(fetch(url)).rejects.toThrow();
});

test("a registry of the program has its metrics too; those of the process can be left out, and are not had twice", async () => {
  const register = new Registry();
  new Counter({ name: "mine_total", help: "Mine.", registers: [register] }).inc(3);
  const first = await open({ register, processMetrics: false, path: "/mine" });
  expect(first.url).toMatch(/\/mine$/);
  const text = await first.scrape();
  expect(sampleValue(text, "mine_total")).toBe(3);
  expect(Object.keys(parsePrometheus(text)).filter((name) => !/^kiket_|^mine_/.test(name))).toEqual([]);
  await first.server.close();
  const second = await open({ register });
  const third = await open({ register });
  expect(Number(sampleValue(await third.scrape(), "process_cpu_seconds_total"))).toBeGreaterThan(0);
  await second.server.close();
  await third.server.close();
});

test("the metrics close last: they are there while a delivery ends", async () => {
  const [started, finish] = [deferred(), deferred()];
  const slow = defineHandler({ event: "issue.created", version: "v1" }, async () => {
    started.resolve();
    await finish.promise;
  });
  const { server, scrape } = await open({}, [slow]);
  const signed = await kiket.request();
  const answer = fetch(`${server.url}/v/v1/webhooks/issue.created`, {
    method: "POST",
    headers: signed.headers,
    body: await signed.text(),
  });
  await started.promise;
  const closed = server.close();
  expect(sampleValue(await scrape(), "kiket_deliveries_active")).toBe(1);
  finish.resolve();
  expect((await answer).status).toBe(200);
  await closed;
  await expect(scrape()).rejects.toThrow();
});

async function withTakenPort(use: (port: number) => Promise<void>): Promise<void> {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  await use((other.address() as AddressInfo).port).finally(() => other.close());
}

test("a port that is taken is a ConfigError, and nothing is left open; in kiket-gen dev it is a line", async () => {
  await withTakenPort(async (port) => {
    const { logger, records } = createLogRecorder();
    const extension = kiket.extension({ handlers: [handler], logger });
    const options = { port: 0, signals: false, metrics: { port } } as const;
    await expect(serve(extension, { ...options, env: {} })).rejects.toMatchObject({
      name: "ConfigError",
      message: `Cannot listen on 127.0.0.1, port ${port}: the port is in use. Stop the program that uses it, or set KIKET_METRICS_PORT (or metrics.port) to another port.`,
    });
    const server = await serve(extension, { ...options, env: { KIKET_GEN_LAUNCH: "x" } });
    expect(records.map(({ level, message }) => [level, message])).toContainEqual([
      "warn",
      `No metrics: Cannot listen on 127.0.0.1, port ${port}: the port is in use. Stop the program that uses it, or set KIKET_METRICS_PORT (or metrics.port) to another port.`,
    ]);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    await server.close();
  });
});

test("if the extension cannot listen, the port of the metrics is free again", async () => {
  await withTakenPort(async (port) => {
    const { logger, records } = createLogRecorder();
    const extension = kiket.extension({ handlers: [handler], logger });
    await expect(serve(extension, { port, env: {}, metrics: { port: 0 } })).rejects.toThrow("set PORT (or port)");
    const url = metricsAddress(records);
    await expect(fetch(url)).rejects.toThrow();
  });
});

test("an extension that createExtension did not make has no metrics to show: a ConfigError", async () => {
  const { extension, server } = await open();
  await server.close();
  const foreign: Extension = {
    ...extension,
    fetch: (request) => extension.fetch(request),
    close: async () => undefined,
  };
  const message = "Metrics need an extension that createExtension has made";
  await expect(serve(foreign, { port: 0, env: {}, metrics: { port: 0 } })).rejects.toThrow(new ConfigError(message));
  expect(() => collectMetrics(foreign, new Registry())).toThrow(new ConfigError(message));
});

test("collectMetrics counts in a registry of the program, until it is ended", async () => {
  const register = new Registry();
  const end = collectMetrics(kiket.extension({ handlers: [handler] }), register);
  expect(Object.keys(parsePrometheus(await register.metrics())).every((name) => name.startsWith("kiket_"))).toBe(true);
  end();
});

test("one extension that is collected twice in a registry counts once, until both have ended", async () => {
  const register = new Registry();
  const extension = kiket.extension({ handlers: [handler] });
  const [first, second] = [collectMetrics(extension, register), collectMetrics(extension, register)];
  const count = async () => {
    await extension.fetch(await kiket.request());
    return sampleValue(await register.metrics(), "kiket_deliveries_total");
  };
  expect(await count()).toBe(1);
  first();
  first();
  expect(await count()).toBe(2);
  expect(sampleValue(await register.metrics(), "kiket_deliveries_active")).toBe(0);
  second();
  expect(await count()).toBe(2);
});

test("a registry that was cleared takes the metrics once more", async () => {
  const register = new Registry();
  const extension = kiket.extension({ handlers: [handler] });
  collectMetrics(extension, register)();
  register.clear();
  collectMetrics(extension, register);
  await extension.fetch(await kiket.request());
  expect(sampleValue(await register.metrics(), "kiket_deliveries_total")).toBe(1);
});

test("a registry that has a metric with one of these names is a ConfigError, and is as before", async () => {
  const register = new Registry();
  new Counter({ name: "kiket_jobs_total", help: "Mine.", registers: [register] });
  const extension = kiket.extension({ handlers: [handler] });
  expect(() => collectMetrics(extension, register)).toThrow(ConfigError);
  expect(() => collectMetrics(extension, register)).toThrow(/kiket_jobs_total.*registry/);
  expect(register.getMetricsAsArray().map(({ name }) => name)).toEqual(["kiket_jobs_total"]);
});

test("two extensions with one registry are shown together", async () => {
  const register = new Registry();
  const first = await open({ register });
  const second = kiket.extension({ handlers: [handler] });
  const end = collectMetrics(second, register);
  for (const { fetch } of [first.extension, second]) expect((await fetch(await kiket.request())).status).toBe(200);
  expect(sampleValue(await first.scrape(), "kiket_deliveries_total")).toBe(2);
  end();
  await second.fetch(await kiket.request());
  expect(sampleValue(await first.scrape(), "kiket_deliveries_total")).toBe(2);
  await first.server.close();
});

test("connections to the metrics do not hold up the close of the server", async () => {
  const { server, url } = await open();
  const socket = connect(Number(new URL(url).port), "127.0.0.1").on("error", vi.fn());
  await new Promise((resolve) => socket.once("connect", resolve));
  // Node's limit for such a connection is 10 s, and that of a test 5 s.
  await server.close();
  socket.destroy();
});
