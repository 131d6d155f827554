import { createRequire } from "node:module";
import { ConfigError, reasonOf } from "../../base/errors.js";

type BullMq = typeof import("bullmq");
type IoRedis = typeof import("ioredis");

const load = createRequire(import.meta.url);

// Not `import`: who uses the queue learns at once that a package is missing, and not with the first delivery.
function loadPackage(name: string): unknown {
  try {
    return load(name);
  } catch (cause) {
    const [reason] = reasonOf(cause).split("\n");
    throw new ConfigError(
      `The queue on BullMQ needs the packages bullmq and ioredis: npm install bullmq ioredis (${reason})`,
      {
        cause,
      },
    );
  }
}

/** @throws {ConfigError} if it is not installed. */
export const loadBullMq = (): BullMq => loadPackage("bullmq") as BullMq;

/** @throws {ConfigError} if it is not installed. */
export const loadIoRedis = (): IoRedis => loadPackage("ioredis") as IoRedis;
