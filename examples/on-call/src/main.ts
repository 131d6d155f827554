import { env } from "node:process";
import { createQueue } from "kiket-gen/runtime/bullmq";
import { run } from "kiket-gen/runtime/node";
import { createExtension } from "./generated/extension.gen.js";

// `kiket-gen dev` sets KIKET_QUEUE=memory: it needs no Redis.
const isLocal = env.KIKET_QUEUE === "memory";

void run(() => createExtension(isLocal ? {} : { queue: createQueue() }));
