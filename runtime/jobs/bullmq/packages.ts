import { ConfigError, reasonOf } from "../../base/errors.js";
import { requireOf } from "../../base/package/require-of.js";

type BullMq = typeof import("bullmq");
type IoRedis = typeof import("ioredis");

// Not `import`: who uses the queue learns at once that a package is missing, and not with the first delivery.
function loadPackage(name: string): unknown {
  try {
    return requireOf(import.meta.url)(name);
  } catch (cause) {
    const [reason] = reasonOf(cause).split("\n");
    throw new ConfigError(
      `The queue on BullMQ needs the packages bullmq and ioredis: npm install bullmq ioredis (${reason})`,
      { cause },
    );
  }
}

/** @throws {ConfigError} if it is not installed. */
export const loadBullMq = (): BullMq => loadPackage("bullmq") as BullMq;

/** @throws {ConfigError} if it is not installed. */
export const loadIoRedis = (): IoRedis => loadPackage("ioredis") as IoRedis;
