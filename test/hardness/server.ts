// An extension with a durable store, bundled and run in its own process, which is killed under load. Its arguments are the file
// of the store, a file that gets a line per run, the base URL of Kiket, the start time of its clock, and how many times faster than
// real time the clock runs.
import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { createExtension, defineHandler } from "../../runtime/index.js";
import { serve } from "../../runtime/node.js";
import { createSqliteStore } from "../../runtime/sqlite.js";

const [, , path = "", runs = "", baseUrl = "", epoch = "0", speed = "1"] = process.argv;

const write = (what: string, deliveryId: string): void =>
  appendFileSync(runs, `${JSON.stringify({ what, deliveryId, by: process.pid })}\n`);

let runsHere = 0;

const handler = defineHandler({ event: "issue.created", version: "v1" }, async (_payload, context) => {
  const { deliveryId, endpoints } = context;
  write("begun", deliveryId);
  try {
    await endpoints.customData(1).create("com.example.load", "runs", { deliveryId });
    await sleep(20);
  } catch (error) {
    write("failed", deliveryId);
    throw error;
  }
  write("ended", deliveryId);
  runsHere += 1;
  return { by: process.pid, run: runsHere, deliveryId };
});

const server = await serve(
  createExtension({
    baseUrl,
    handlers: [handler],
    deliveryStore: await createSqliteStore({ path }),
    now: () => Number(epoch) + (Date.now() - Number(epoch)) * Number(speed),
    // With the added 30 s, a lease of six real seconds.
    limits: { handlerMs: 150_000 },
    outbound: { sleep: (milliseconds) => sleep(milliseconds / Number(speed)) },
    logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
    env: {},
  }),
  { port: 0, host: "127.0.0.1" },
);
process.stdout.write(`${server.url}\n`);
