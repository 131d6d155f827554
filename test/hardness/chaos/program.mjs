// A program of the chaos run, on the built package: an extension. Its argument is JSON; see `ProgramSettings` in fleet.ts.
import { appendFileSync, openSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { allow, createExtension, defineHandler, deny } from "kiket-gen/runtime";
import { serve } from "kiket-gen/runtime/node";
import { createRedisStore } from "kiket-gen/runtime/redis";

const { launch, port, baseUrl, redis, history, log, failing } = JSON.parse(process.argv[2]);

const file = openSync(history, "a");
/** One write, so that a line is there as a whole or not at all. */
const write = (line) => writeSync(file, `${JSON.stringify({ ...line, at: Date.now() })}\n`);
const complain = (level) => (message, fields) =>
  appendFileSync(
    log,
    `${new Date().toISOString().slice(11, 23)} ${launch} ${level} ${message} ${JSON.stringify(fields, errorText)}\n`,
  );
const errorText = (_name, value) => (value instanceof Error ? `${value.stack} ${value.cause ?? ""}` : value);

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

/** The store, which notes what it has kept under Kiket's id. That key is the subject, which ends with the id. */
function notingStore({ begin, finish, fail, close }) {
  return {
    begin,
    fail,
    close,
    async finish(key, reply) {
      await finish(key, reply);
      if (key === reply.subject) write({ what: "stored", delivery: key.slice(key.lastIndexOf("\n") + 1) });
    },
  };
}

const extension = createExtension({
  baseUrl,
  handlers: [
    defineHandler(
      { event: "issue.created", version: "v1" },
      noted((run) => ({ run })),
    ),
    defineHandler(
      { event: "before_transition", version: "v1" },
      noted((run) => (run.endsWith("7") ? deny({ message: run }) : allow({ message: run }))),
    ),
  ],
  deliveryStore: notingStore(await createRedisStore({ url: redis, logger: { info() {}, warn: complain("warn") } })),
  limits: { handlerMs: 1_000 },
  logger: { info() {}, warn: complain("warn"), error: complain("error") },
  env: {},
});
const { url } = await serve(extension, { port, host: "127.0.0.1" });
process.stdout.write(`${url}\n`);
