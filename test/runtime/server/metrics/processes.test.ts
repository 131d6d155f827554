import { expect, test, vi } from "vitest";
import { freePort } from "../../../support/free-port.js";
import { openKiket } from "../../../support/open-kiket.js";
import { parsePrometheus, sampleValue } from "../../../support/prometheus-text.js";
import { deliverTo, isRunning, type SeveralProcesses, startSeveral } from "../../../support/several-processes.js";

const kiket = await openKiket();

interface Started {
  readonly program: SeveralProcesses;
  readonly url: string;
  /** Reads all metrics once. */
  readonly scrape: () => Promise<string>;
}

async function start(env: Readonly<Record<string, string>> = {}, files = {}): Promise<Started> {
  const program = await startSeveral(kiket, { METRICS_AT: "0", ...env }, files);
  const url = String((await program.line("listening")).url);
  const metrics = String((await program.line("serving metrics")).url);
  return { program, url, scrape: async () => (await fetch(metrics)).text() };
}

const deliver = (url: string, count: number, title = "x") =>
  Promise.all(Array.from({ length: count }, () => deliverTo(kiket, url, title)));

test("the first process shows the sum over all, in the format of Prometheus; its own registry has the program's too", async () => {
  const { program, url, scrape } = await start();
  const answers = await deliver(url, 7);
  expect(new Set(answers.map(({ body }) => JSON.parse(body).pid)).size).toBe(2);
  const text = await scrape();
  expect(sampleValue(text, "my_titles_total", { title: "x" })).toBe(7);
  const handled = { event: "issue.created", version: "v1", outcome: "handled" };
  expect(sampleValue(text, "kiket_deliveries_total", handled)).toBe(7);
  expect(sampleValue(text, "kiket_delivery_duration_seconds_count", handled)).toBe(7);
  expect(sampleValue(text, "kiket_deliveries_active")).toBe(0);
  expect(sampleValue(text, "kiket_processes", { state: "answered" })).toBe(2);
  expect(sampleValue(text, "kiket_processes", { state: "silent" })).toBe(0);
  const families = parsePrometheus(text);
  expect(families.nodejs_eventloop_lag_p99_seconds?.samples).toHaveLength(1);
  expect(families.process_cpu_seconds_total?.type).toBe("counter");
  expect(Number(sampleValue(text, "nodejs_heap_size_used_bytes"))).toBeGreaterThan(1_000_000);
  program.child.kill("SIGTERM");
  expect(await program.ended).toEqual({ code: 0, signal: null });
});

test("a counter does not go down: not when a process is killed, and not during a rolling restart", async () => {
  const { program, url, scrape } = await start({}, { code: "1" });
  await deliver(url, 6);
  expect(sampleValue(await scrape(), "my_titles_total")).toBe(6);
  const [killed = 0] = program.pids();
  process.kill(killed, "SIGKILL");
  await vi.waitFor(() => expect(program.pids()).toHaveLength(3), { timeout: 20_000 });
  expect(sampleValue(await scrape(), "my_titles_total")).toBe(6);
  await vi.waitFor(async () => expect(sampleValue(await scrape(), "kiket_processes", { state: "answered" })).toBe(2), {
    timeout: 20_000,
  });

  // These were never shown before their process was replaced.
  await deliver(url, 5);
  program.child.kill("SIGHUP");
  await program.line("The rolling restart is done");
  await vi.waitFor(() => expect(program.pids().filter(isRunning)).toHaveLength(2), { timeout: 20_000 });
  await deliver(url, 1);
  const text = await scrape();
  expect(sampleValue(text, "my_titles_total")).toBe(12);
  expect(sampleValue(text, "kiket_processes", { state: "answered" })).toBe(2);
}, 90_000);

test("a process that does not answer is left out within a second or so, and counted; the others are there", async () => {
  const { program, url, scrape } = await start();
  await deliver(url, 4);
  expect(sampleValue(await scrape(), "my_titles_total")).toBe(4);
  void deliverTo(kiket, url, "block").catch(() => undefined);
  await vi.waitFor(() => expect(program.texts).toContain("begun"), { timeout: 20_000 });
  const text = await scrape();
  expect(sampleValue(text, "kiket_processes", { state: "silent" })).toBe(1);
  expect(sampleValue(text, "kiket_processes", { state: "answered" })).toBe(1);
  expect(sampleValue(text, "my_titles_total", { title: "x" })).toBe(4);
});

test("the port of the metrics is taken: one message, no process is started, and the status is 1", async () => {
  const { scrape, program: other } = await start();
  await scrape();
  const { port } = new URL(String((await other.line("serving metrics")).url));
  const program = await startSeveral(kiket, { METRICS_AT: port });
  expect(await program.ended).toEqual({ code: 1, signal: null });
  expect(program.texts).toEqual([
    `Cannot listen on 127.0.0.1, port ${port}: the port is in use. Stop the program that uses it, or set KIKET_METRICS_PORT (or metrics.port) to another port.`,
  ]);
  expect(program.pids()).toEqual([]);
});

test("a program whose metrics have no port may serve without them", async () => {
  const { program: other } = await start();
  const { port } = new URL(String((await other.line("serving metrics")).url));
  const program = await startSeveral(kiket, { METRICS_AT: port, BY: "retry" });
  expect(await program.line("listening")).toMatchObject({ processes: 2 });
  program.child.kill("SIGTERM");
  expect(await program.ended).toEqual({ code: 0, signal: null });
});

test("a metric of the program that is read for ever makes its process silent, and does not hold up its end", async () => {
  const { program, url, scrape } = await start({ HANGS: "1", CLOSE_WITHIN: "100", DRAIN_TIME: "0" });
  await deliver(url, 2);
  const text = await scrape();
  expect(sampleValue(text, "kiket_processes", { state: "silent" })).toBe(2);
  program.child.kill("SIGTERM");
  expect(await program.ended).toEqual({ code: 0, signal: null });
}, 60_000);

test("a failure to start frees the port of the metrics; KIKET_METRICS_PORT asks for them too", async () => {
  const port = String(await freePort());
  const failing = await startSeveral(kiket, { KIKET_METRICS_PORT: port }, { fault: "wrong" });
  expect(await failing.ended).toEqual({ code: 1, signal: null });
  expect(failing.texts).toEqual(["wrong"]);
  const program = await startSeveral(kiket, { KIKET_METRICS_PORT: port });
  expect(await program.line("serving metrics")).toMatchObject({ url: `http://127.0.0.1:${port}/metrics` });
  await program.line("listening");
});
