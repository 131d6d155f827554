/** A part of the time that one attempt of a delivery took. */
export interface Stage {
  readonly name: string;
  /** In milliseconds since 1970, with fractions. */
  readonly at: number;
  /** Milliseconds, with fractions. */
  readonly ms: number;
}

/** Measures the stages of one attempt, which follow each other. */
export interface StageClock {
  /** Ends the stage before, and begins this one. */
  enter(name: string): void;
  /** Measures what is done within the stage under way. */
  during<Result>(name: string, run: () => Result): Result;
  /** All stages so far. The last one has lasted until now. */
  stages(): readonly Stage[];
}

/** A delivery in progress. */
export interface ActiveDelivery {
  /** Undefined once it is answered, and in a deferred run. */
  request: Request | undefined;
  /** Created on first use, since an abort signal costs more than the rest of a context. */
  controller: AbortController | undefined;
  /** Why the run was aborted; undefined if it was not. */
  reason: Error | undefined;
  /** When the handler times out, by `performance.now()`; infinite until the handler starts. */
  deadline: number;
  /** True once the handler has ended, which may be long after the response was sent. */
  isOver: boolean;
  /** When it arrived, by `performance.now()`. */
  readonly startedAt: number;
  /** Made on first use; read it with `correlationIdOf`. */
  correlationId: string | undefined;
  /** Undefined unless its stages are to be logged. */
  readonly stages: StageClock | undefined;
}

export function createActiveDelivery(request: Request | undefined, stages?: StageClock): ActiveDelivery {
  return {
    request,
    controller: undefined,
    reason: undefined,
    deadline: Number.POSITIVE_INFINITY,
    isOver: false,
    startedAt: performance.now(),
    correlationId: undefined,
    stages,
  };
}

/** One id for all that is said of a delivery: its log lines, its response, its telemetry. Unlike Kiket's id, it is new in each attempt. */
export function correlationIdOf(run: ActiveDelivery): string {
  run.correlationId ??= crypto.randomUUID();
  return run.correlationId;
}

/** Aborted when the client disconnects, and by `abortRun`. */
export function signalOf(run: ActiveDelivery): AbortSignal {
  if (run.controller !== undefined) return run.controller.signal;
  const controller = new AbortController();
  run.controller = controller;
  const signal = run.request?.signal;
  if (run.reason !== undefined) controller.abort(run.reason);
  else if (signal?.aborted) controller.abort(signal.reason);
  else signal?.addEventListener("abort", () => controller.abort(signal.reason), { once: true });
  return controller.signal;
}

export function abortDelivery(run: ActiveDelivery, reason: Error): void {
  run.reason ??= reason;
  run.controller?.abort(reason);
}

/** Milliseconds since it arrived, in tenths. */
export function timeSpent(run: ActiveDelivery): number {
  return Math.round((performance.now() - run.startedAt) * 10) / 10;
}

/** Milliseconds until the handler times out. */
export function timeLeft(run: ActiveDelivery): number {
  return Math.max(0, run.deadline - performance.now());
}

/**
 * Releases the request. V8 may keep the old table of the Set that contained the run alive, and with it everything that the
 * run refers to.
 */
export function releaseRequest(run: ActiveDelivery): void {
  run.request = undefined;
}
