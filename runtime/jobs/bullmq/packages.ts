import type { ConfigError } from "../../base/errors.js";
import { missingPackage } from "../../base/package/missing-package.js";
import { requireOf } from "../../base/package/require-of.js";

/** The packages of the user that the queue is made with. */
export interface QueuePackages {
  readonly bullmq: typeof import("bullmq");
  readonly Redis: typeof import("ioredis").Redis;
}

function missing(cause: unknown): ConfigError {
  return missingPackage("The queue on BullMQ needs", ["bullmq", "ioredis"], cause);
}

function isFound(name: string): boolean {
  try {
    requireOf(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}

/**
 * Looks for the packages without loading them: who makes a queue learns at once that one is missing, and not with the first delivery.
 * A program that was bundled has them inside, and finds nothing, not even this package.
 * @throws {ConfigError} if one is not installed.
 */
export function requirePackages(): void {
  const name = ["bullmq", "ioredis"].find((each) => !isFound(each));
  if (name !== undefined && isFound("kiket-gen/package.json")) throw missing(new Error(`there is no ${name}`));
}

/** By `import()` of a literal name, so that bundlers see them. Rejects with a `ConfigError` if one is not installed. */
export async function loadPackages(): Promise<QueuePackages> {
  const [bullmq, ioredis] = await Promise.all([import("bullmq"), import("ioredis")]).catch((cause: unknown) => {
    throw missing(cause);
  });
  return { bullmq, Redis: ioredis.Redis };
}
