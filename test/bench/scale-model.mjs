// From the measured costs in scale.json to many machines. docs/scale.md has these tables; a test compares them.

/** What nobody measured here. Each is a row in the page. */
export const assumed = {
  rate: { value: 100_000, text: "deliveries a second, at the peak" },
  meanRate: { value: 20_000, text: "deliveries a second, as the mean of 24 hours" },
  handler: { value: 100, text: "us of CPU that a handler takes of its own, beside the runtime" },
  deferredShare: { value: 0.1, text: "of the deliveries have a deferred handler" },
  busy: { value: 0.6, text: "of a core is used at the peak, so that one machine in three may be away" },
  body: { value: 1_100, text: "bytes of a delivery, as in the measurement" },
  shard: { value: 25e9, text: "of data in one Redis process, so that it forks and copies in reasonable time" },
  replicas: { value: 1, text: "replica of each Redis process" },
  collector: { value: 5, text: "ms until a telemetry collector has answered one record" },
};

const number = (value, digits = 0) =>
  value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
const up = (value) => Math.ceil(value - 1e-9);
const us = (value) => `${number(value, 0)} us`;
const day = 86_400;

/** What was measured, row by row. */
export function measuredRows({ stores, ids, jobs }) {
  const { memory, sqlite, redis } = stores;
  const ratio = (value) => value.toFixed(2);
  const perStore = (what, pick) => [what, pick(memory), pick(sqlite), pick(redis)];
  return {
    stores: [
      ["", "memory", "SQLite", "Redis"],
      perStore("CPU of the process for a delivery, fully loaded", ({ cpu }) => us(cpu)),
      perStore("the same, as a ratio to memory", (store) => ratio(store.ratio.cpu)),
      perStore("CPU of the process for a delivery, 400 a second", ({ steadyCpu }) => us(steadyCpu)),
      perStore("the same, as a ratio to memory", (store) => ratio(store.ratio.steadyCpu)),
      perStore("p50, 400 a second", ({ p50 }) => `${number(p50, 1)} ms`),
      perStore("p99, 400 a second", ({ p99 }) => `${number(p99, 1)} ms`),
      perStore("resident memory of the process", ({ rss }) => `${number(rss / 1e6)} MB`),
    ],
    redis: [
      ["one delivery in Redis", ""],
      ["CPU of Redis", us(redis.redisCpu)],
      ["commands that the process sends", number(clientCommands(redis))],
      ["bytes to Redis", number(redis.bytesIn)],
      ["bytes from Redis", number(redis.bytesOut)],
      [`bytes of memory, of ${number(ids.total)} finished deliveries`, number(ids.bytes)],
      [`memory of ${number(ids.total)} finished deliveries, two keys each`, `${number(ids.memory / 1e6)} MB`],
      ["p99 of `begin` with them, as a ratio to an empty Redis", ratio(ids.ratio.p99)],
      ["CPU of Redis for a `begin` with them, as a ratio to an empty Redis", ratio(ids.ratio.cpu)],
    ],
    jobs: [
      ["one deferred job", "in memory", "BullMQ"],
      ...[
        ["CPU of the process that adds it", (queue) => us(queue.add.cpu)],
        ["CPU of the process that runs it, without its handler", (queue) => us(queue.run.cpu)],
        ["jobs a second that one process adds", (queue) => number(queue.add.rate)],
        ["jobs a second that one process runs", (queue) => number(queue.run.rate)],
        ["CPU of Redis, added and run", (queue) => (queue === jobs.memory ? "" : us(jobCpuInRedis(queue)))],
        ["bytes of memory in Redis while it waits", (queue) => (queue === jobs.memory ? "" : number(queue.add.stored))],
      ].map(([what, pick]) => [what, pick(jobs.memory), pick(jobs.bullmq)]),
    ],
  };
}

/** Of the commands that Redis has run, those that were not within a script. Each script reads once and may write once. */
export function clientCommands({ commands }) {
  const scripts = (commands.evalsha ?? 0) + (commands.eval ?? 0);
  const direct = (commands.set ?? 0) + (commands.del ?? 0) - scripts;
  return Math.round(scripts + Math.max(0, direct));
}

function jobCpuInRedis({ add, run }) {
  return add.redisCpu + run.redisCpu;
}

/** What was assumed, row by row. */
export function assumedRows() {
  return Object.values(assumed).map(({ value, text }) => [
    value >= 1e9 ? `${number(value / 1e9)} GB` : number(value, value < 1 ? 1 : 0),
    text,
  ]);
}

/** The model: what, how it is computed, and how much it is. */
export function modelRows({ stores, ids, jobs }) {
  const { rate, meanRate, handler, deferredShare, busy, body, shard, replicas, collector } = Object.fromEntries(
    Object.entries(assumed).map(([name, { value }]) => [name, value]),
  );
  const { redis } = stores;
  const { bullmq } = jobs;
  const cores = (perItem, items) => (perItem * items) / 1e6 / busy;
  const each = redis.steadyCpu + handler;
  const processes = up(cores(each, rate));
  const deferred = rate * deferredShare;
  const commands = clientCommands(redis);
  const redisCores = up(cores(redis.redisCpu, rate));
  const atPeak = ids.bytes * rate * day;
  const kept = ids.bytes * meanRate * day;
  const shards = up(kept / shard);
  const jobCpu = jobCpuInRedis(bullmq);
  const jobsPerRedis = (1e6 / jobCpu) * busy;
  const posts = (4 * 1_000) / collector;
  const perProcess = rate / processes;
  const time = (count, unit) => `${number(count)} ${unit}`;
  return [
    [
      "extension processes, one a core",
      `${number(rate)} x (${us(redis.steadyCpu)} + ${us(handler)}) / ${busy}`,
      time(processes, "cores"),
    ],
    ["deliveries a second of one process", `${number(rate)} / ${number(processes)}`, number(perProcess)],
    [
      "memory of these processes",
      `${number(processes)} x ${number(redis.rss / 1e6)} MB`,
      `${number((processes * redis.rss) / 1e9, 1)} GB`,
    ],
    ["to and from the load balancer", `${number(rate)} x ${number(body)} B`, `${number((rate * body) / 1e6)} MB/s`],
    ["commands to Redis", `${number(rate)} x ${commands}`, `${number(rate * commands)}/s`],
    ["bytes to Redis", `${number(rate)} x ${number(redis.bytesIn)} B`, `${number((rate * redis.bytesIn) / 1e6)} MB/s`],
    ["Redis processes, by CPU", `${number(rate)} x ${us(redis.redisCpu)} / ${busy}`, time(redisCores, "cores")],
    [
      "verdicts of 24 h at the mean rate",
      `${number(meanRate)} x ${number(day)} s x ${number(ids.bytes)} B`,
      `${number(kept / 1e9)} GB`,
    ],
    [
      "the same, if the peak lasts all day",
      `${number(rate)} x ${number(day)} s x ${number(ids.bytes)} B`,
      `${number(atPeak / 1e9)} GB`,
    ],
    ["Redis processes, by memory", `${number(kept / 1e9)} GB / ${number(shard / 1e9)} GB`, number(shards)],
    [
      "Redis processes with replicas",
      `max(${redisCores}, ${shards}) x ${1 + replicas}`,
      number(Math.max(redisCores, shards) * (1 + replicas)),
    ],
    ["deferred jobs", `${number(rate)} x ${deferredShare}`, `${number(deferred)}/s`],
    [
      "cores to add them",
      `${number(deferred)} x ${us(bullmq.add.cpu)} / ${busy}`,
      time(up(cores(bullmq.add.cpu, deferred)), "cores"),
    ],
    [
      "cores to run them, without their handlers",
      `${number(deferred)} x ${us(bullmq.run.cpu)} / ${busy}`,
      time(up(cores(bullmq.run.cpu, deferred)), "cores"),
    ],
    ["jobs a second that one Redis process can take", `1 s x ${busy} / ${us(jobCpu)}`, number(jobsPerRedis)],
    [
      "queues, each on a Redis process of its own",
      `${number(deferred)} / ${number(jobsPerRedis)}`,
      number(up(deferred / jobsPerRedis)),
    ],
    ["fetches of signing keys in an hour", `${number(processes)} x 6`, number(processes * 6)],
    ["telemetry records that one process can send", `4 at a time / ${collector} ms`, `${number(posts)}/s`],
    ["telemetry records that it makes", "one a delivery", `${number(perProcess)}/s`],
    [
      "installations, if each delivery makes one call",
      `${number(rate)} x 60 / 600 a minute`,
      number((rate * 60) / 600),
    ],
  ];
}

/** A Markdown table; the first row is its head. Columns of numbers stand at the right. */
export function markdownTable([head, ...rows]) {
  const isNumber = (index) => rows.every((row) => /^(?:[\d,.]+(?: ?[A-Za-z/]+)?)?$/.test(row[index]));
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_cell, index) => (isNumber(index) ? "---:" : "---"))), ...rows.map(line)].join(
    "\n",
  );
}

/** Every table of the page, by the name in its comment. */
export function scaleTables(table) {
  const { stores, redis, jobs } = measuredRows(table);
  const model = modelRows(table).map(([what, how, result]) => [what, result, how]);
  const { date, model: processor, cores, node, redis: redisVersion } = table.measured;
  const conditions = [
    ["measured", date],
    ["machine", `${cores} cores of a shared virtual machine (${processor})`],
    ["versions", `Node ${node.slice(1)}, Redis ${redisVersion}`],
  ];
  return {
    conditions: markdownTable(conditions),
    stores: markdownTable(stores),
    redis: markdownTable(redis),
    jobs: markdownTable(jobs),
    assumed: markdownTable([["assumed", ""], ...assumedRows().map(([value, text]) => [text, value])]),
    model: markdownTable([["at the peak", "", "how it is computed"], ...model]),
  };
}
