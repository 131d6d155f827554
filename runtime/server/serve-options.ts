import type { Server } from "node:http";
import type { AddressOptions } from "./listen-address.js";
import type { MetricsOptions } from "./metrics/metrics-options.js";

/** Options of `serve`. Every member is optional. */
export interface ServeOptions extends AddressOptions {
  /**
   * How many processes share the address: a whole number from 1 to 256, or `"auto"` for one per core. The program is started once
   * more for each; this process then only starts, replaces and stops them. Each has its own memory, so verdicts must be in a store that
   * they share. SIGHUP replaces them one after the other, with the code that is on the disk then. Default: this process serves.
   */
  readonly processes?: number | "auto" | undefined;
  /**
   * True: SIGTERM and SIGINT close the server, then the process ends with exit code 0, or 1 if a delivery was not finished. A second
   * signal ends it at once. False: the program handles signals itself. Default true.
   */
  readonly signals?: boolean | undefined;
  /** Milliseconds for deliveries in progress to finish when the server closes. Default 10000. */
  readonly closeWithin?: number | undefined;
  /**
   * Milliseconds that the server goes on answering before it closes. `/ready` answers 503 in this time, so that a load balancer sends
   * its requests elsewhere, and each response closes its connection. Default 0. A process that is replaced has 5000, and ends sooner if no
   * connection is left.
   */
  readonly drainTime?: number | undefined;
  /** Timeout for receiving the headers of a request in milliseconds, then 503, and the connection is closed. Default 10000. */
  readonly headersWithin?: number | undefined;
  /**
   * Milliseconds that a connection stays open for the next request. It must be longer than the idle timeout of the load balancer
   * before this server, which otherwise answers 502 now and then. Default 75000, for load balancers that close after 60 s, as most
   * do. Google Cloud's closes after 600 s: set 620000.
   */
  readonly keepAliveTimeout?: number | undefined;
  /**
   * A folder. Each verified delivery is written there as a recording, without tokens and secrets but with personal data, for
   * `kiket-gen replay` and tests: the newest 500, at most 64 MiB. Default: `KIKET_RECORD` in the environment, else nothing is
   * recorded.
   */
  readonly record?: string | undefined;
  /**
   * Where Prometheus reads the metrics of the extension: on a port of its own, of this machine only unless `host` says otherwise. It needs the
   * package prom-client. With several processes, the first one has the metrics of all. False: nowhere. Default: nowhere, unless
   * `KIKET_METRICS_PORT` is set.
   */
  readonly metrics?: MetricsOptions | false | undefined;
}

/** A listening extension. */
export interface RunningServer {
  /** The address at which it listens, without a trailing slash. */
  readonly url: string;
  /**
   * Node's server, for its events and the settings that `serve` has no option for. To close it, call `close` of this object. With several
   * processes, the one that starts the others has none, and reading this throws a `ConfigError`.
   */
  readonly server: Server;
  /**
   * Accepts no more connections, closes the extension, and waits until the last response is sent. For deliveries that are not
   * finished within `closeWithin`, `context.signal` is aborted, and their connections are closed a second later. With several processes,
   * the one that starts the others does this for all of them.
   */
  close(): Promise<void>;
}
