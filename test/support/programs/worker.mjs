// A worker whose queue has no jobs, and needs no Redis.
import { createExtension, defineHandler } from "kiket-gen/runtime";
import { run } from "kiket-gen/runtime/node";

const queue = {
  name: "test",
  isDurable: true,
  add: async () => undefined,
  work: async () => ({ close: async () => console.log("gives its jobs back") }),
};
const handler = defineHandler({ event: "issue.created", version: "v1", defer: true }, () => undefined);
process.argv.push("--worker");
await run(() => createExtension({ handlers: [handler], queue, logLevel: "warn" }));
// As a connection to Redis does.
setInterval(() => undefined, 1_000);
console.log("works");
