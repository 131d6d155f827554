import { env } from "node:process";
import { createQueue } from "kiket-gen/runtime/bullmq";
import { run } from "kiket-gen/runtime/node";
import { createRedisStore } from "kiket-gen/runtime/redis";
import { secretFiles, secretsFrom } from "kiket-gen/runtime/secrets";
import { createExtension } from "./generated/extension.gen.js";

const { KIKET_QUEUE, SECRETS_FOLDER } = env;
// `kiket-gen dev` sets KIKET_QUEUE=memory: it needs no Redis.
const isLocal = KIKET_QUEUE === "memory";

/** Where secrets are mounted as files; elsewhere they are in the environment. */
const mounted =
  SECRETS_FOLDER === undefined ? {} : { secretSource: secretsFrom(secretFiles({ folder: SECRETS_FOLDER })) };

/** Instances must share which deliveries are finished, and what is deferred: Kiket may repeat a delivery to another one. */
const shared = async () => ({ deliveryStore: await createRedisStore(), queue: createQueue() });

void run(async () => createExtension({ ...mounted, ...(isLocal ? {} : await shared()) }), {
  // A load balancer needs a moment to see that this instance is about to end.
  drainTime: isLocal ? 0 : 10_000,
});
