import { requireWholeNumber } from "../base/whole-number.js";

/** How much one delivery, and all of them together, may take. */
export interface LimitOptions {
  /** Largest body, in bytes; past it 413. Default 1048576 (1 MiB); the platform sends 500 KB at most (wire contract §1.10). */
  readonly bodyBytes?: number | undefined;
  /** Milliseconds for a body to arrive; past it 503, and the connection is closed. Default 10000. */
  readonly bodyReadMs?: number | undefined;
  /** Deliveries at once, from the first byte to the reply; past it 429. Default 256. */
  readonly concurrency?: number | undefined;
  /** Milliseconds for a handler; past it 503, and `context.signal` is aborted. Default 30000 (wire contract §1.10). */
  readonly handlerMs?: number | undefined;
  /** All headers together, names and values, in characters; past it 431. Default 16384, which is Node's own limit too. */
  readonly headerBytes?: number | undefined;
  /** Objects and lists within each other; past it 400. Default 64. */
  readonly jsonDepth?: number | undefined;
}

/** Every limit, decided. */
export type Limits = { readonly [Name in keyof LimitOptions]-?: number };

const defaults: Limits = {
  bodyBytes: 1024 * 1024,
  bodyReadMs: 10_000,
  concurrency: 256,
  handlerMs: 30_000,
  headerBytes: 16 * 1024,
  jsonDepth: 64,
};

/** @throws {ConfigError} for a limit that is no whole number from 1 on. */
export function resolveLimits(options: LimitOptions = {}): Limits {
  const resolve = (name: keyof LimitOptions): number =>
    requireWholeNumber(`limits.${name}`, options[name] ?? defaults[name], 1);
  return Object.freeze({
    bodyBytes: resolve("bodyBytes"),
    bodyReadMs: resolve("bodyReadMs"),
    concurrency: resolve("concurrency"),
    handlerMs: resolve("handlerMs"),
    headerBytes: resolve("headerBytes"),
    jsonDepth: resolve("jsonDepth"),
  });
}
