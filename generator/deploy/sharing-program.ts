import { drainSeconds } from "./container.js";
import type { DeployPackages, DeployProject } from "./deploy-template.js";
import { extensionImport } from "./program-file.js";

/** What the program loads, and for a new project the queue. */
export const sharingPackages: DeployPackages = { dependencies: { ioredis: "^6.0.0", "prom-client": "^15.1.0" } };
export const queuePackages: DeployPackages = { dependencies: { bullmq: "^6.7.0" } };

/** A program for several instances: what they share is in Redis, and secrets may be files. */
export function sharingProgram(project: DeployProject): string {
  const { queues } = project;
  return `import { env } from "node:process";
${queues ? 'import { createQueue } from "kiket-gen/runtime/bullmq";\n' : ""}import { run } from "kiket-gen/runtime/node";
import { createRedisStore } from "kiket-gen/runtime/redis";
import { secretFiles, secretsFrom } from "kiket-gen/runtime/secrets";
import { createExtension } from ${extensionImport(project)};

const { KIKET_QUEUE, SECRETS_FOLDER } = env;
// \`kiket-gen dev\` sets KIKET_QUEUE=memory: it needs no Redis.
const isLocal = KIKET_QUEUE === "memory";

/** Where secrets are mounted as files; elsewhere they are in the environment. */
const mounted =
  SECRETS_FOLDER === undefined ? {} : { secretSource: secretsFrom(secretFiles({ folder: SECRETS_FOLDER })) };

/** Instances must share which deliveries are finished${queues ? ", and what is deferred" : ""}: Kiket may repeat a delivery to another one. */
const shared = async () => ({ deliveryStore: await createRedisStore()${queues ? ", queue: createQueue()" : ""} });

void run(async () => createExtension({ ...mounted, ...(isLocal ? {} : await shared()) }), {
  // A load balancer needs a moment to see that this instance is about to end.
  drainTime: isLocal ? 0 : ${drainSeconds}_000,
});
`;
}
