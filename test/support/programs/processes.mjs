// A program that serves an extension in several processes. Its environment decides how, and what fails.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { Counter, Gauge, Registry } from "prom-client";
import { ConfigError, createExtension, createMemoryStore, defineHandler } from "../../../dist/runtime/index.js";
import { run, serve } from "../../../dist/runtime/node.js";
import { createSqliteStore } from "../../../dist/runtime/sqlite.js";

const { STORE, PROCESSES, BY, CLOSE_WITHIN, DRAIN_TIME, MARK, AT, DEFER, METRICS_AT, HANGS } = process.env;

const textOf = (file) => (existsSync(file) ? readFileSync(file, "utf8").trim() : undefined);
/** What a new build changes. */
const code = textOf("code");

const register = new Registry();
const titles = new Counter({ name: "my_titles_total", help: "Mine.", labelNames: ["title"], registers: [register] });
if (HANGS !== undefined) {
  const collect = () => new Promise(() => undefined);
  new Gauge({ name: "my_hanging", help: "Mine.", registers: [register], collect });
}

const handler = defineHandler({ event: "issue.created", version: "v1" }, async (payload, { signal }) => {
  const { title } = payload.issue;
  titles.inc({ title: title.split(" ")[0] });
  if (title !== "x") process.stdout.write("begun\n");
  if (title === "crash") process.exit(7);
  if (title === "endless") await new Promise((resolve) => signal.addEventListener("abort", resolve));
  if (title === "block") for (;;);
  if (title.startsWith("wait ")) await new Promise((resolve) => setTimeout(resolve, Number(title.slice(5))));
  return { pid: process.pid, code };
});

async function make() {
  if (MARK !== undefined) appendFileSync(MARK, `${process.pid} ${process.ppid}\n`);
  const text = textOf("fault");
  if (text !== undefined) {
    if (text === "hang") await new Promise(() => setInterval(() => undefined, 1_000_000));
    throw text === "bug" ? new TypeError("mine") : new ConfigError(text);
  }
  const stores = { memory: createMemoryStore, unnamed: () => undefined };
  const deliveryStore = await (stores[STORE] ?? createSqliteStore)({ path: STORE });
  const deferred = defineHandler({ event: "issue.updated", version: "v1", defer: true }, () => undefined);
  return createExtension({ handlers: DEFER === undefined ? [handler] : [handler, deferred], deliveryStore });
}

const options = {
  port: Number(AT ?? 0),
  processes: PROCESSES === "auto" ? "auto" : Number(PROCESSES ?? 2),
  ...(CLOSE_WITHIN === undefined ? {} : { closeWithin: Number(CLOSE_WITHIN) }),
  ...(METRICS_AT === undefined ? {} : { metrics: { port: Number(METRICS_AT), register } }),
  ...(DRAIN_TIME === undefined ? {} : { drainTime: Number(DRAIN_TIME) }),
};
if (BY === "serve") await serve(await make(), options);
else if (BY === "retry") {
  const extension = await make();
  await serve(extension, options).catch(() => serve(extension, { ...options, metrics: false }));
} else await run(make, options);
if (BY === "twice") await run(make, options);
