// What a delivery costs with each store, and what ids that are kept cost Redis.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deliveries } from "./deliveries.mjs";
import { connections, load, startServer } from "./load.mjs";
import { forEachOf, median, mediansOf } from "./process.mjs";
import { perItem, startRedis } from "./redis.mjs";
import { benchKey } from "./runtime.mjs";

/** The load under which times are compared, in deliveries a second: less than any store can take. */
const steadyRate = 400;

/** One server: as much as it can take, then a steady load. CPU in microseconds a delivery, times in milliseconds. */
async function measureServer(server, redis, { first, sent, steady }) {
  await load(server.url, first, { amount: first.length });
  const [cpu, inRedis] = [(await server.usage()).cpu, await redis?.usage()];
  const { rate } = await load(server.url, sent, { amount: sent.length });
  const used = await server.usage();
  const ofRedis = inRedis === undefined ? {} : perItem(inRedis, await redis.usage(), sent.length);
  const steadyLoad = { amount: steady.length, overallRate: steadyRate };
  const { p50, p99 } = await load(server.url, steady, steadyLoad);
  const steadyCpu = ((await server.usage()).cpu - used.cpu) / steady.length;
  return { cpu: (used.cpu - cpu) / sent.length, steadyCpu, rate, p50, p99, rss: used.rss, ...ofRedis };
}

const storeKinds = { memory: "kiket-gen", sqlite: "kiket-gen-sqlite", redis: "kiket-gen-redis" };

/**
 * Deliveries to a server with each store, in turn, each time in a process of its own. `ratio` is to the memory store of the same
 * round; all figures are medians of the rounds.
 */
export async function benchStores(root, rounds, amount) {
  const { privateKey, jwk } = benchKey();
  const batch = (prefix, count) => deliveries(count, prefix, privateKey);
  const sets = { first: batch("first", amount), sent: batch("sent", amount), steady: batch("steady", steadyRate * 4) };
  const rows = Object.fromEntries(Object.keys(storeKinds).map((store) => [store, []]));
  const work = await mkdtemp(join(tmpdir(), "kiket-gen-bench-"));
  const redis = await startRedis();
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const [store, kind] of Object.entries(storeKinds)) {
        await redis.reset();
        const place = store === "redis" ? redis.url : join(work, `${round}.db`);
        const server = await startServer(root, kind, jwk, { BENCH_PLACE: place });
        try {
          rows[store].push(await measureServer(server, store === "redis" ? redis : undefined, sets));
        } finally {
          await server.stop();
        }
      }
    }
  } finally {
    await redis.close();
    await rm(work, { recursive: true, force: true });
  }
  return Object.fromEntries(
    Object.entries(rows).map(([store, all]) => {
      const [{ commands }] = all;
      const ratios = (name) => median(all.map((row, round) => row[name] / rows.memory[round][name]));
      const ratio = { cpu: ratios("cpu"), steadyCpu: ratios("steadyCpu"), p50: ratios("p50"), p99: ratios("p99") };
      return [store, { ...mediansOf(all), commands, ratio }];
    }),
  );
}

/** The two keys under which the runtime keeps a delivery. */
function keysOf(id) {
  return [`token 1 2\nissue.created\nv1\n${id}`, `token 1 2 ${id}`];
}

/** The 99th percentile of `begin` in milliseconds, and the CPU of Redis for one in microseconds. */
async function timeBegins(store, redis, prefix, amount) {
  const times = [];
  const before = (await redis.usage()).cpu;
  const now = Date.now();
  await forEachOf(amount, connections, async (index) => {
    const start = performance.now();
    const begun = await store.begin(`${prefix} ${index}`, { owner: prefix, now, leaseUntil: now + 60_000 });
    if (begun.state !== "new") throw new Error(`begin of a new key: ${begun.state}`);
    times.push(performance.now() - start);
  });
  const cpu = ((await redis.usage()).cpu - before) / amount;
  times.sort((a, b) => a - b);
  return { p50: times[Math.floor(amount * 0.5)], p99: times[Math.floor(amount * 0.99)], cpu };
}

/**
 * Two Redis servers, one of them with the finished deliveries, each under two keys: what they take there, and `begin` on both in turn.
 * `bytes` is memory for each delivery. `ratio` is full to empty in the same round.
 */
export async function benchIds(total, rounds, amount) {
  const { createRedisStore } = await import("kiket-gen/runtime/redis");
  const servers = [await startRedis(), await startRedis()];
  const stores = [];
  try {
    for (const { url } of servers) stores.push(await createRedisStore({ url, timeout: 30_000 }));
    const [empty, full] = servers;
    const before = (await full.usage()).memory;
    const keepUntil = Date.now() + 24 * 3_600_000;
    await forEachOf(total, 500, async (index) => {
      const [subject, proof] = keysOf(`dlv_${index.toString(36).padStart(20, "0")}`);
      const reply = { status: 200, body: '{"ok":true}', subject, keepUntil };
      await Promise.all([subject, proof].map((key) => stores[1].finish(key, reply, Date.now())));
    });
    const after = (await full.usage()).memory;
    const rows = [];
    for (let round = -1; round < rounds; round += 1) {
      const atEmpty = await timeBegins(stores[0], empty, `round ${round}`, amount);
      const atFull = await timeBegins(stores[1], full, `round ${round}`, amount);
      await empty.reset();
      if (round >= 0) rows.push({ atEmpty, atFull });
    }
    const ratios = (name) => median(rows.map(({ atEmpty, atFull }) => atFull[name] / atEmpty[name]));
    return {
      total,
      memory: after - before,
      bytes: (after - before) / total,
      empty: mediansOf(rows.map(({ atEmpty }) => atEmpty)),
      full: mediansOf(rows.map(({ atFull }) => atFull)),
      ratio: { p50: ratios("p50"), p99: ratios("p99"), cpu: ratios("cpu") },
    };
  } finally {
    for (const store of stores) await store.close();
    for (const server of servers) await server.close();
  }
}
