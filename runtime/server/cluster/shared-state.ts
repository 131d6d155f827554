import { ConfigError } from "../../base/errors.js";
import type { Logger } from "../../base/logger.js";

/** Where an extension keeps what several processes must share. `isNamed`: the program chose it itself. */
export interface KeptState {
  readonly store: { readonly isShared: boolean; readonly isNamed: boolean };
  /** Undefined if no handler is deferred. */
  readonly queue?: { readonly isDurable: boolean; readonly isNamed: boolean } | undefined;
}

/**
 * What each process would keep for itself is refused, unless the program has named it; then a warning says what it means.
 * @throws {ConfigError} that says the ways out.
 */
export function requireShared({ store, queue }: KeptState, log: Logger): void {
  if (!store.isShared && !store.isNamed) {
    throw new ConfigError(
      'processes: each process would keep the verdicts of deliveries in its own memory, so a delivery that Kiket repeats could run again in another one. Set deliveryStore to a store that they share: createSqliteStore of "kiket-gen/runtime/sqlite", or createRedisStore of "kiket-gen/runtime/redis". If your handlers may run twice, set it to createMemoryStore().',
    );
  }
  if (queue !== undefined && !queue.isDurable && !queue.isNamed) {
    throw new ConfigError(
      'processes: deferred deliveries would wait in the memory of each process, and a process that is replaced or crashes forgets them. Set queue to createQueue of "kiket-gen/runtime/bullmq". If they may be lost, set it to createMemoryQueue().',
    );
  }
  if (!store.isShared) {
    log.warn(
      "Each process keeps verdicts in its own memory: a delivery that Kiket repeats may run again in another process",
    );
  }
  if (queue !== undefined && !queue.isDurable) {
    log.warn("Deferred deliveries wait in the memory of each process: those of a process that crashes are lost");
  }
}
