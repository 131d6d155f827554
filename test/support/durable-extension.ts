// An extension with a durable store, bundled and run in its own process, which is killed. Its arguments are the file of the
// store, a file that gets a line per run, the base URL of Kiket, the duration of a handler in milliseconds, and how far its clock
// is ahead, in milliseconds.
import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { createExtension, defineHandler } from "../../runtime/index.js";
import { serve } from "../../runtime/node.js";
import { createSqliteStore } from "../../runtime/sqlite.js";

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
  deliveryStore: await createSqliteStore({ path }),
  now: () => Date.now() + Number(ahead),
  limits: { handlerMs: 1_000 },
  logger: { info: () => undefined, warn: console.warn, error: console.error },
});
const server = await serve(extension, { port: 0, host: "127.0.0.1" });
process.stdout.write(`${server.url}\n`);
