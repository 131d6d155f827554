import { requireWholeNumber } from "../base/whole-number.js";

/** Limits for one delivery and for all deliveries together. */
export interface LimitOptions {
  // See fact 189.
  /** Maximum size of a body in bytes, else 413. Default 1048576 (1 MiB). Kiket sends at most 500 KB. */
  readonly bodyBytes?: number | undefined;
  /** Timeout for receiving a body in milliseconds, then 503, and the connection is closed. Default 10000. */
  readonly bodyReadMs?: number | undefined;
  /**
   * Maximum number of requests at the same time whose origin is not proved yet. Above it the oldest of them is answered 503, and
   * its connection is closed. Default 1024.
   */
  readonly arriving?: number | undefined;
  /** The same for the bytes of their bodies that are in memory. Default 67108864 (64 MiB). */
  readonly arrivingBytes?: number | undefined;
  /** Maximum number of deliveries at the same time, from the proof of their origin to the reply, else 429. Default 256. */
  readonly concurrency?: number | undefined;
  // See fact 188.
  /** Timeout of a handler in milliseconds, then 503, and `context.signal` is aborted. Default 30000. */
  readonly handlerMs?: number | undefined;
  /** Maximum size of all headers together, names and values, in characters, else 431. Default 16384; with `serve()` at most 65536. */
  readonly headerBytes?: number | undefined;
  /** Maximum depth of nested objects and lists, else 400. Default 64. */
  readonly jsonDepth?: number | undefined;
}

/** `LimitOptions` with defaults. */
export type Limits = { readonly [Name in keyof LimitOptions]-?: number };

const defaults: Limits = {
  bodyBytes: 1024 * 1024,
  bodyReadMs: 10_000,
  arriving: 1024,
  arrivingBytes: 64 * 1024 * 1024,
  concurrency: 256,
  handlerMs: 30_000,
  headerBytes: 16 * 1024,
  jsonDepth: 64,
};

/** @throws {ConfigError} if a limit is not a whole number, at least 1. */
export function resolveLimits(options: LimitOptions = {}): Limits {
  const resolve = (name: keyof LimitOptions): number =>
    requireWholeNumber(`limits.${name}`, options[name] ?? defaults[name], 1);
  return Object.freeze({
    bodyBytes: resolve("bodyBytes"),
    bodyReadMs: resolve("bodyReadMs"),
    arriving: resolve("arriving"),
    arrivingBytes: resolve("arrivingBytes"),
    concurrency: resolve("concurrency"),
    handlerMs: resolve("handlerMs"),
    headerBytes: resolve("headerBytes"),
    jsonDepth: resolve("jsonDepth"),
  });
}
