// Run as a process of its own, bundled: an extension with a durable store, to be killed. Its arguments are the store's folder, a
// file that every run is written to, Kiket's base URL, milliseconds that a handler takes, and by how many its clock is ahead.
import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { createExtension, defineHandler } from "../../runtime/index.js";
import { createLmdbStore } from "../../runtime/lmdb.js";
import { serve } from "../../runtime/node.js";

const [, , path = "", runs = "", baseUrl = "", handlerTime = "0", ahead = "0"] = process.argv;

const handler = defineHandler({ event: "issue.created", version: "v1" }, async (_payload, { deliveryId }) => {
  appendFileSync(runs, `begun ${deliveryId} ${process.pid}\n`);
  await sleep(Number(handlerTime));
  appendFileSync(runs, `ended ${deliveryId} ${process.pid}\n`);
  return { by: process.pid };
});
const extension = createExtension({
  baseUrl,
  handlers: [handler],
  deliveryStore: await createLmdbStore({ path }),
  now: () => Date.now() + Number(ahead),
  limits: { handlerMs: 1_000 },
  logger: { info: () => undefined, warn: console.warn, error: console.error },
});
const server = await serve(extension, { port: 0, host: "127.0.0.1" });
process.stdout.write(`${server.url}\n`);
