/** One delivery under way. */
export interface Run {
  /** Undefined once it is answered. */
  request: Request | undefined;
  /** Made only when asked for: an abort signal costs more than the rest of a context. */
  controller: AbortController | undefined;
  /** Why it was aborted, if it was. */
  reason: Error | undefined;
  /** When the handler's time is over, by `performance.now()`; none before it starts. */
  deadline: number;
  /** True once the handler has ended, which may be long after the answer. */
  isOver: boolean;
}

export function createRun(request: Request): Run {
  return { request, controller: undefined, reason: undefined, deadline: Number.POSITIVE_INFINITY, isOver: false };
}

/** Aborted when the client goes away, and by `abortRun`. */
export function signalOf(run: Run): AbortSignal {
  if (run.controller !== undefined) return run.controller.signal;
  const controller = new AbortController();
  run.controller = controller;
  const signal = run.request?.signal;
  if (run.reason !== undefined) controller.abort(run.reason);
  else if (signal?.aborted) controller.abort(signal.reason);
  else signal?.addEventListener("abort", () => controller.abort(signal.reason), { once: true });
  return controller.signal;
}

export function abortRun(run: Run, reason: Error): void {
  run.reason ??= reason;
  run.controller?.abort(reason);
}

/** Milliseconds left to the handler. */
export function timeLeft(run: Run): number {
  return Math.max(0, run.deadline - performance.now());
}

/**
 * Lets go of the request. The set that a run was in throws its table away every few deliveries, and as long as that lies
 * among the old objects it would keep alive all that its runs refer to.
 */
export function endRun(run: Run): void {
  run.request = undefined;
}
