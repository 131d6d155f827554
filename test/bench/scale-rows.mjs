// npm run bench -- scale: prints what scale.mjs has measured, and writes it to scale.json, from which docs/scale.md is computed.
import { readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { benchJobs } from "./jobs.mjs";
import { startRedis } from "./redis.mjs";
import { row } from "./row.mjs";
import { benchIds, benchStores } from "./scale.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const whole = (value) => value.toFixed(0);

function showStores(stores, rounds) {
  console.log(
    `a delivery with each store (medians of ${rounds} rounds; the ratio is to the memory store of the same round)`,
  );
  for (const [name, { cpu, steadyCpu, rate, p50, p99, rss, ratio }] of Object.entries(stores)) {
    const aim = name === "redis" ? "aim <= 1.25" : "";
    row(`${name}: CPU of the process, fully loaded`, `${cpu.toFixed(1)} us`, ratio.cpu.toFixed(2), aim);
    row(`${name}: the same at a steady load`, `${steadyCpu.toFixed(1)} us`, ratio.steadyCpu.toFixed(2), "");
    row(`${name}: p50 at a steady load`, `${p50.toFixed(2)} ms`, ratio.p50.toFixed(2), "");
    row(`${name}: p99 at a steady load`, `${p99.toFixed(2)} ms`, ratio.p99.toFixed(2), "");
    row(`${name}: the most, and resident memory`, `${whole(rate)}/s`, "", `${whole(rss / 2 ** 20)} MB`);
  }
  const { redisCpu, bytesIn, bytesOut, commands } = stores.redis;
  row("redis: CPU of Redis", `${redisCpu.toFixed(1)} us`, "", "");
  const called = Object.entries(commands).map(([name, calls]) => `${name} ${calls.toFixed(1)}`);
  row("redis: commands, those within scripts too", "", "", called.join(", "));
  row("redis: bytes to and from Redis", `${whole(bytesIn)} B`, "", `${whole(bytesOut)} B`);
}

function showIds({ total, memory, bytes, empty, full, ratio }) {
  console.log(`\n${total} finished deliveries in Redis (the ratio is to an empty one, in turn)`);
  row("memory", `${whole(memory / 1e6)} MB`, "", `${whole(bytes)} B a delivery`);
  row("begin, p50", `${full.p50.toFixed(2)} ms`, ratio.p50.toFixed(2), `empty ${empty.p50.toFixed(2)} ms`);
  row("begin, p99", `${full.p99.toFixed(2)} ms`, ratio.p99.toFixed(2), "aim 1");
  row("begin, CPU of Redis", `${full.cpu.toFixed(1)} us`, ratio.cpu.toFixed(2), "aim 1");
}

function showJobs(jobs) {
  console.log("\ndeferred jobs, each with the payload of a delivery (the ratio is to the queue in memory)");
  for (const [name, { add, run, ratio }] of Object.entries(jobs)) {
    const inRedis = ({ redisCpu }) => (name === "memory" ? "" : `CPU of Redis ${redisCpu.toFixed(1)} us`);
    row(`${name}: CPU of adding one`, `${add.cpu.toFixed(1)} us`, ratio.add.toFixed(2), inRedis(add));
    row(`${name}: CPU of running one`, `${run.cpu.toFixed(1)} us`, ratio.run.toFixed(2), inRedis(run));
    row(`${name}: added, and run, by one process`, `${whole(add.rate)}/s`, "", `${whole(run.rate)}/s`);
  }
}

/** Which machine, in words, and which versions: the figures are of these. */
async function conditions() {
  const redis = await startRedis();
  try {
    const [{ model }, count] = [cpus()[0] ?? {}, cpus().length];
    return {
      date: new Date().toISOString().slice(0, 10),
      node: process.version,
      redis: await redis.version(),
      cores: count,
      model,
    };
  } finally {
    await redis.close();
  }
}

/** The parts of scale.json. Each measures, prints, and returns its part of the table. */
const sections = {
  async stores(quick) {
    const rounds = quick ? 3 : 7;
    const stores = await benchStores(root, rounds, quick ? 4_000 : 8_000);
    showStores(stores, rounds);
    return stores;
  },
  async ids(quick) {
    const ids = await benchIds(quick ? 50_000 : 1_000_000, quick ? 5 : 15, 4_000);
    showIds(ids);
    return ids;
  },
  async jobs(quick) {
    const jobs = await benchJobs(quick ? 3 : 7, quick ? 2_000 : 5_000);
    showJobs(jobs);
    return jobs;
  },
};

const path = join(root, "test/bench/scale.json");

async function keep(name, part) {
  const table = JSON.parse(await readFile(path, "utf8"));
  const rounded = (_name, value) => (typeof value === "number" ? Number(value.toPrecision(4)) : value);
  const text = JSON.stringify({ ...table, measured: await conditions(), [name]: part }, rounded, 2);
  await writeFile(path, `${text}\n`);
}

async function show(name, quick) {
  const part = await sections[name](quick);
  if (!quick) await keep(name, part);
}

/** A run that is not quick replaces its part of scale.json, from which docs/scale.md is checked. */
export const scaleParts = {
  async scale(quick) {
    for (const name of Object.keys(sections)) await show(name, quick);
  },
  ...Object.fromEntries(Object.keys(sections).map((name) => [`scale:${name}`, (quick) => show(name, quick)])),
};
