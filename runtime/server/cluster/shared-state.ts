import { ConfigError } from "../../base/errors.js";
import type { Logger } from "../../base/logger.js";
import type { ExtensionFacts } from "../extension-facts.js";

type KeptState = Pick<ExtensionFacts, "store" | "queue">;

/**
 * A store that each process would have for itself must have been named: Kiket repeats a delivery on any process.
 * @throws {ConfigError} that says the ways out.
 */
export function requireShared({ store }: KeptState): void {
  if (store.isShared || store.isNamed) return;
  throw new ConfigError(
    'processes: each process would keep the verdicts of deliveries in its own memory, so a delivery that Kiket repeats could run again in another one. Set deliveryStore to a store that they share: createSqliteStore of "kiket-gen/runtime/sqlite", or createRedisStore of "kiket-gen/runtime/redis". If your handlers may run twice, accept the memory of each process by its name: deliveryStore: "memory".',
  );
}

/** Says what it means that a store or a queue in memory was named. */
export function warnOfOwnMemory({ store, queue }: KeptState, log: Logger): void {
  if (!store.isShared) {
    log.warn(
      "Each process keeps verdicts in its own memory: a delivery that Kiket repeats may run again in another process",
    );
  }
  if (queue?.isDurable === false) {
    log.warn("Deferred deliveries wait in the memory of each process: those of a process that crashes are lost");
  }
}
