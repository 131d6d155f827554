import { ConfigError } from "../../base/errors.js";
import type { Environment } from "../../base/process.js";
import { addressVariable, metricsAddress, resolveAddress } from "../listen-address.js";

/** A `Registry` of prom-client: its used part. */
export interface PrometheusRegister {
  /** The content type of `metrics()`. */
  readonly contentType: string;
  /** All metrics, in the text format of Prometheus. */
  metrics(): Promise<string>;
  getMetricsAsJSON(): Promise<readonly object[]>;
}

/** Where Prometheus reads the metrics. */
export interface MetricsOptions {
  /** A port of its own; 0 means any free port, which the log names. Default: `KIKET_METRICS_PORT` in the environment, else 9464. */
  readonly port?: number | undefined;
  /** The address to listen at; with 127.0.0.1 only this machine reads the metrics. Default: `KIKET_METRICS_HOST` in the environment, else 127.0.0.1. */
  readonly host?: string | undefined;
  /** The path of the metrics. Default `/metrics`. */
  readonly path?: string | undefined;
  /** A `Registry` of prom-client with metrics of your own, which are shown too. Default: one of the runtime's own. */
  readonly register?: PrometheusRegister | undefined;
  /** Whether event loop, heap, CPU and garbage collection of the process are measured, as prom-client does it. Default true. */
  readonly processMetrics?: boolean | undefined;
}

/** What decides whether and where there are metrics. */
export interface MetricsChoice {
  readonly metrics?: MetricsOptions | false | undefined;
  readonly env?: Environment | undefined;
}

/** Where the metrics are, with all defaults. */
export interface MetricsPlace extends Pick<MetricsOptions, "register"> {
  readonly port: number;
  readonly host: string;
  readonly path: string;
  readonly processMetrics: boolean;
}

function requirePath(path: string): string {
  if (/^\/[\w.~/-]*$/.test(path)) return path;
  throw new ConfigError(
    `metrics.path must be a path such as /metrics, of letters, digits and - . _ ~ /, not ${JSON.stringify(path)}.`,
  );
}

/**
 * Undefined if nobody has asked for metrics, or they are switched off.
 * @param taken The port of the extension.
 * @throws {ConfigError} if the port or the path is not valid, or the port is that of the extension.
 */
export function resolveMetrics({ metrics, env }: MetricsChoice, taken?: number): MetricsPlace | undefined {
  if (metrics === false) return undefined;
  if (metrics === undefined && addressVariable({ env }, metricsAddress, "PORT") === undefined) return undefined;
  const { path = "/metrics", register, processMetrics = true, ...own } = metrics ?? {};
  const { port, host } = resolveAddress({ port: own.port, host: own.host, env }, metricsAddress);
  if (port !== 0 && port === taken) {
    throw new ConfigError(
      `The metrics need a port of their own: the extension listens on ${port} too. Set KIKET_METRICS_PORT (or metrics.port) to another port.`,
    );
  }
  return { register, processMetrics, port, host, path: requirePath(path) };
}
