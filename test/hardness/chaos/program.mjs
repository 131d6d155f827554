// A program of the chaos run, on the built package. Its argument is JSON: see `ProgramSettings` in fleet.ts.
import { appendFileSync, openSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { allow, createExtension, defineHandler, deny, pending } from "kiket-gen/runtime";
import { createQueue, startWorker } from "kiket-gen/runtime/bullmq";
import { serve } from "kiket-gen/runtime/node";
import { createRedisStore } from "kiket-gen/runtime/redis";

const { role, launch, port, baseUrl, redis, encryptionKey, history, log, failing } = JSON.parse(process.argv[2]);

const file = openSync(history, "a");
/** One write, so that a line is there as a whole or not at all. */
const write = (line) => writeSync(file, `${JSON.stringify({ ...line, at: Date.now() })}\n`);

const errorText = (_name, value) => (value instanceof Error ? `${value.stack} ${value.cause ?? ""}` : value);
const complain = (level) => (message, fields) => {
  const time = new Date().toISOString().slice(11, 23);
  appendFileSync(log, `${time} ${launch} ${level} ${message} ${JSON.stringify(fields, errorText)}\n`);
};
/** Says once that the program has started. */
const info = (message) => {
  if (message === "listening" || message === "working") process.stdout.write(`${message}\n`);
};
const logger = { info, warn: complain("warn"), error: complain("error") };

let runs = 0;
/** Writes what a handler does. Now and then it fails. */
const noted =
  (verdictOf) =>
  async (_payload, { deliveryId }) => {
    runs += 1;
    const run = `${launch}.${runs}`;
    write({ what: "started", delivery: deliveryId, run, by: launch });
    await sleep(5 + Math.random() * 95);
    if (Math.random() < failing) {
      write({ what: "failed", delivery: deliveryId, run });
      throw new Error("the handler's own failure");
    }
    const verdict = verdictOf(run);
    write({ what: "finished", delivery: deliveryId, run, verdict: JSON.stringify(verdict) });
    return verdict;
  };
const deferred = noted(() => undefined);

/** The store, which notes what it has kept under Kiket's id. That key is the subject, which ends with the id. */
function notingStore({ begin, finish, fail, close }) {
  return {
    begin,
    fail,
    close,
    async finish(key, reply, now) {
      await finish(key, reply, now);
      if (key === reply.subject) write({ what: "stored", delivery: key.slice(key.lastIndexOf("\n") + 1) });
    },
  };
}

const v1 = { version: "v1" };
const retried = { attempts: 5, backoff: 300, timeout: 10_000 };

const extension = createExtension({
  baseUrl,
  handlers: [
    defineHandler(
      { ...v1, event: "issue.created" },
      noted((run) => ({ run })),
    ),
    defineHandler({ ...v1, event: "issue.updated", defer: retried }, deferred),
    defineHandler(
      { ...v1, event: "before_transition" },
      noted((run) => (run.endsWith("7") ? deny({ message: run }) : allow({ message: run }))),
    ),
    defineHandler(
      {
        ...v1,
        event: "workflow.before_transition",
        defer: { ...retried, concurrency: 8, verdict: pending({ message: "later" }) },
      },
      deferred,
    ),
  ],
  deliveryStore: notingStore(await createRedisStore({ url: redis, logger })),
  // If a worker is killed, its jobs run again after the lease. A stall of Redis is longer.
  queue: createQueue({ url: redis, encryptionKey, lease: 3_000, logger, env: {} }),
  limits: { handlerMs: 1_000 },
  logger,
  env: {},
});
if (role === "worker") await startWorker(extension, { env: {} });
else await serve(extension, { port, host: "127.0.0.1" });
