import { availableParallelism } from "node:os";
import { isMainThread } from "node:worker_threads";
import { ConfigError } from "../../base/errors.js";
import type { Logger } from "../../base/logger.js";
import { isNode, isRunByDev, onHangup, processEnvironment, processNumber, programStart } from "../../base/process.js";
import { sleep } from "../../base/sleep.js";
import { consoleLogger } from "../../logging/console-logger.js";
import { atLevel, resolveLogLevel } from "../../logging/log-level.js";
import type { Extension } from "../extension.js";
import { factsOf } from "../extension-facts.js";
import { resolveAddress } from "../listen-address.js";
import { type EndTimes, resolveEndTimes } from "../listener.js";
import { resolveMetrics } from "../metrics/metrics-options.js";
import { endOnSignals } from "../program.js";
import { serveHere } from "../serve-here.js";
import type { RunningServer, ServeOptions } from "../serve-options.js";
import { type Crew, createCrew, hasFailed, type StartFailure } from "./crew.js";
import { serveAsMember } from "./member.js";
import { firstProcess, startProcess } from "./node-cluster.js";
import { obstacleToProcesses, resolveProcesses } from "./process-count.js";
import { requireShared } from "./shared-state.js";

/** How long a process may take to listen, in milliseconds. The first one has no limit: nothing serves before it. */
const startMilliseconds = 60_000;
/** What closing takes besides the times of the options: telemetry, recordings, last responses, the program's own work. In milliseconds. */
const lastMilliseconds = 10_000;

function endWithin({ closeWithin, drain = 5_000 }: EndTimes): number {
  return closeWithin + drain + lastMilliseconds;
}

/** The first process does not start without the others: it fails as they do. */
function failureOf({ message, code, end }: StartFailure): ConfigError {
  if (message !== undefined) return Object.assign(new ConfigError(message), code === undefined ? {} : { code });
  const how = end.signal === null ? `with status ${end.status}` : `by ${end.signal}`;
  return new ConfigError(
    `The extension does not start: its first process ended ${how} before it listened. What it wrote before this says why.`,
  );
}

function serverOf(url: string, close: () => Promise<void>): RunningServer {
  return {
    url,
    get server(): never {
      throw new ConfigError(
        "server: this process serves nothing itself; it has started those that do, each with its own.",
      );
    },
    close,
  };
}

/** Whether this process has started others that serve. */
let isLeading = false;

/** Starts, replaces and stops the processes that serve. `openMetrics` resolves to what closes them. */
async function lead(
  crew: Crew,
  wanted: number,
  log: Logger,
  signals: boolean,
  openMetrics: () => Promise<() => Promise<void>>,
): Promise<RunningServer> {
  if (isLeading) {
    throw new ConfigError(
      "processes: this program serves in several processes already, and each of them runs all of it. Serve with processes once, or each extension in a program of its own.",
    );
  }
  isLeading = true;
  // Before anything else: one that comes during the start would end this process.
  const forgets = signals ? [onHangup(crew.restart)] : [];
  /** The program may try once more, with another address. */
  const leadNoMore = (): void => {
    for (const forget of forgets) forget();
    isLeading = false;
  };
  const closeMetrics = await openMetrics().catch((error: unknown) => {
    leadNoMore();
    throw error;
  });
  const close = async (): Promise<boolean> => {
    const isWhole = await crew.close();
    await closeMetrics();
    return isWhole;
  };
  const first = await crew.open();
  if (hasFailed(first)) {
    await closeMetrics();
    leadNoMore();
    throw failureOf(first);
  }
  if (signals) forgets.push(endOnSignals(close, crew.killAll));
  if (await crew.complete()) log.info("listening", { url: first.url, handlers: first.handlers, processes: wanted });
  return serverOf(first.url, async () => {
    await close();
    leadNoMore();
  });
}

/**
 * Serves an extension in several processes: in the first one it starts the others, in each of these it makes the extension and serves it.
 * `given` is the extension if the program has made it already, also in the first process.
 * @throws {ConfigError} as `serve` does.
 */
export async function shareAmongProcesses(
  make: () => Extension | Promise<Extension>,
  options: ServeOptions,
  given: Extension | undefined,
): Promise<RunningServer> {
  const wanted = resolveProcesses(options.processes ?? 1, availableParallelism());
  const first = firstProcess();
  if (first !== undefined && processNumber() !== undefined) return serveAsMember(make, options, first);
  const env = processEnvironment();
  const log = given?.log ?? atLevel(consoleLogger, resolveLogLevel(undefined, env));
  if (isRunByDev(env)) {
    log.info("kiket-gen dev runs one process, whatever processes says", { processes: wanted });
    return serveHere(await make(), options);
  }
  const isForeignWorker = first !== undefined;
  const obstacle = obstacleToProcesses({ isNode: isNode(), isMainThread, isForeignWorker, ...programStart() });
  if (obstacle !== undefined) throw new ConfigError(obstacle);
  const times = resolveEndTimes(options);
  const facts = given === undefined ? undefined : factsOf(given);
  if (facts !== undefined) requireShared(facts);
  await given?.close({ within: 0 });
  let start = startProcess;
  const openMetrics = async (): Promise<() => Promise<void>> => {
    const place = resolveMetrics(options, resolveAddress(options).port);
    if (place === undefined) return async () => undefined;
    const { openGathered } = await import("./open-gathered.js");
    const gathered = await openGathered(place, startProcess, log);
    start = gathered.start;
    return gathered.close;
  };
  const crew = createCrew({
    wanted,
    start: (number, events) => start(number, events),
    endWithin: endWithin(times),
    startWithin: startMilliseconds,
    log,
    sleep,
    now: () => performance.now(),
  });
  return lead(crew, wanted, log, options.signals !== false, openMetrics);
}
