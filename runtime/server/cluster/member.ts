import { within } from "../../base/deadline.js";
import { ConfigError } from "../../base/errors.js";
import { exitNow, exitSoon, onHangup, processNumber } from "../../base/process.js";
import { type JsonReply, reply } from "../../receive/replies.js";
import type { Extension } from "../extension.js";
import { factsOf } from "../extension-facts.js";
import { type Listener, openListener } from "../listener.js";
import { resolveMetrics } from "../metrics/metrics-options.js";
import { afterwardsMilliseconds } from "../program.js";
import { runningServer } from "../serve-here.js";
import type { RunningServer, ServeOptions } from "../serve-options.js";
import type { MemberOrder } from "./messages.js";
import type { FirstProcess } from "./node-cluster.js";
import { requireShared, warnOfOwnMemory } from "./shared-state.js";

/** How long the metrics may take to be told for the last time. */
const lastWordMilliseconds = 1_000;

/** What `/ready` of each process says of all of them: 200 while at least half of them serve. */
export function readinessOf({ wanted, ready }: { readonly wanted: number; readonly ready: number }): JsonReply {
  const processes = { wanted, ready };
  return ready * 2 >= wanted
    ? reply(200, { status: "ready", processes })
    : reply(503, { status: "not ready", processes });
}

/** Tells the first process what this one has measured, whenever it is asked. Returns what tells it for the last time. */
async function tellMetrics(
  first: FirstProcess,
  extension: Extension,
  options: ServeOptions,
): Promise<() => Promise<void>> {
  const place = resolveMetrics(options);
  if (place === undefined) return async () => undefined;
  const { measure } = await import("../metrics/measuring.js");
  const { values, stop } = await measure(extension, place);
  const tell = async (): Promise<void> => first.report({ type: "measured", metrics: await values() });
  first.onOrder(({ type }) => {
    // The metrics of the first process say that this one is silent.
    if (type === "measure")
      tell().catch((error: unknown) => extension.log.error("The metrics cannot be read", { error }));
  });
  return async () => {
    stop();
    // A metric of the program that is read for ever must not hold up the end: the first process would kill this one.
    await within(tell(), lastWordMilliseconds);
  };
}

function serveFor(
  first: FirstProcess,
  extension: Extension,
  listener: Listener,
  tellLast: () => Promise<void>,
  options: ServeOptions,
): RunningServer {
  let isTold = false;
  const leave = async (): Promise<void> => {
    await tellLast();
    first.leave();
  };
  const end = async (isWhole: Promise<boolean>): Promise<void> => {
    const status = (await isWhole) ? 0 : 1;
    await leave();
    exitSoon(status, afterwardsMilliseconds);
  };
  /** Because of somebody else than the first process. */
  const close = async (): Promise<boolean> => {
    if (!isTold) void first.report({ type: "leaving" });
    const isWhole = await listener.close();
    await leave();
    return isWhole;
  };
  const obey = ({ type }: MemberOrder): void => {
    if (type === "count" || type === "measure") return;
    isTold = true;
    void end(type === "close" ? listener.close() : listener.handOver());
  };
  first.onOrder(obey);
  // Nobody hands it new connections any more.
  first.onGone(() => void end(listener.handOver()));
  const running = runningServer(listener, close, options);
  void first.report({ type: "listening", url: running.url, handlers: extension.events.length });
  return running;
}

/** The first one of many warns for all. Nothing is known of an extension that `createExtension` did not make. */
function checkState(extension: Extension): void {
  const facts = factsOf(extension);
  if (facts === undefined) return;
  requireShared(facts);
  if (processNumber() === 1) warnOfOwnMemory(facts, extension.log);
}

/**
 * Serves in this process, for the first one. What prevents it is thrown there if it is a `ConfigError`, and not here: the program tells its
 * user once.
 */
export async function serveAsMember(
  make: () => Extension | Promise<Extension>,
  options: ServeOptions,
  first: FirstProcess,
): Promise<RunningServer> {
  // A terminal or a supervisor sends it to all processes at once. It is for the first one.
  if (options.signals !== false) onHangup(() => undefined);
  let readiness: JsonReply | undefined;
  first.onOrder((order) => {
    if (order.type === "count") readiness = readinessOf(order);
  });
  try {
    const extension = await make();
    checkState(extension);
    const tellLast = await tellMetrics(first, extension, options);
    const listener = await openListener(extension, options, () => readiness);
    return serveFor(first, extension, listener, tellLast, options);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { code } = error as { readonly code?: string };
    await first.report({ type: "failed", message: error.message, ...(code === undefined ? {} : { code }) });
    exitNow(1);
    throw error;
  }
}
