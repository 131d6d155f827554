import { type ActiveDelivery, abortDelivery, createActiveDelivery, releaseRequest } from "../base/active-delivery.js";
import { within } from "../base/deadline.js";
import { KiketError, ScopeError } from "../base/errors.js";
import type { Config } from "../config/config.js";
import { createSecretsReadiness } from "../config/live-secrets.js";
import { checkRequirements } from "../config/required-values.js";
import type { JobQueue } from "../jobs/job-queue.js";
import { flushConsole } from "../logging/console-logger.js";
import { countDelivery, countRefusal } from "../metrics/measured-delivery.js";
import { measuredFetch } from "../metrics/measured-fetch.js";
import { observeQueue } from "../metrics/observed-queue.js";
import type { Metrics } from "../metrics/sinks.js";
import { createArrivals } from "../receive/arrivals.js";
import { type DeliveryRequest, readDelivery } from "../receive/delivery.js";
import { type Failure, Refusal, tryAgain } from "../receive/failure.js";
import { insufficientScopes, internalError, type Reply, tooMany } from "../receive/replies.js";
import { createTelemetry } from "../telemetry/reporter.js";
import { createTrace } from "../telemetry/tracing.js";
import { createSettingsReader } from "../values/settings.js";
import type { VerifiedDelivery, Verifier } from "../verify/verify-origin.js";
import { createCallHandler } from "./call-handler.js";
import { createDefer, isDeferred } from "./defer-delivery.js";
import { type Course, createDeliveryLines, fieldsOf } from "./delivery-line.js";
import type { DeliveryObserver } from "./delivery-observer.js";
import { fittedTo, missingMembers } from "./fitted-payload.js";
import { createInvoke } from "./invoke-handler.js";
import { createJobWorkers, type JobWorkers } from "./job-workers.js";
import { findHandler, type Routes, requestedVersion } from "./routes.js";
import { createRunJob } from "./run-job.js";
import { createOnce } from "./run-once.js";
import { authorise } from "./scopes.js";

/** Takes deliveries through all steps, from request to reply. */
interface Deliveries {
  /** Never rejects. */
  answer(source: DeliveryRequest): Promise<Reply>;
  /** The response to a request that is no delivery, or to an error of the router. */
  refuse(source: DeliveryRequest, error: unknown): Reply;
  /** Sends the telemetry of earlier deliveries for at most 3 s, and keeps the rest for the next call. */
  reported(): Promise<void>;
  /** Takes deferred deliveries from the queue. */
  readonly work: JobWorkers["work"];
  /** Resolves when secrets of sources are loaded. @throws {ConfigError} if they cannot be, or required values are missing. */
  started(): Promise<void>;
  /** Whether deliveries can be proved and calls be sent, as far as secrets of sources are needed for that. */
  isReady(): boolean;
  /**
   * Waits for running deliveries and jobs for at most the given milliseconds, then aborts their signals and closes telemetry, and the store
   * once none is running.
   */
  close(graceMilliseconds: number): Promise<void>;
}

function closing(): Refusal {
  return tryAgain("closing", "The extension is closing", { headers: { "retry-after": "5" } });
}

function createCourse(source: DeliveryRequest, { stageClock }: Config): Course {
  const run = createActiveDelivery(source.request, stageClock());
  return { source, run, verified: undefined, handler: undefined, missing: [], isRepeated: false, jobId: undefined };
}

export function createDeliveries(
  config: Config,
  routes: Routes,
  verify: Verifier,
  observer: Pick<DeliveryObserver, "verified">,
  metrics: Metrics,
): Deliveries {
  const { limits } = config.inbound;
  const readSettings = createSettingsReader(config.settingDefinitions, config.settings, config.env, config.logger);
  const check = (): void => checkRequirements(config, new Set(Object.keys(readSettings({}))));
  const secrets = config.liveSecrets && createSecretsReadiness(config.liveSecrets, check, config.logger);
  if (secrets === undefined) check();
  const telemetry = createTelemetry(config, {
    onDrop: (reason, records) => metrics.add("kiket.telemetry.dropped", records, { reason }),
  });
  const once = createOnce(config, metrics);
  const defer = createDefer(config, once);
  const call = createCallHandler(
    { config, readSettings, fetch: measuredFetch(config.fetch, metrics) },
    telemetry,
    createTrace(),
  );
  const invoke = createInvoke(call, once, limits.handlerMs);
  const workers = createJobWorkers(config, routes, createRunJob(config, routes, call, metrics));
  const lines = createDeliveryLines(config);
  const arrivals = createArrivals(limits);
  /** Only deliveries whose origin is proved, so that nobody else can take their place. */
  const running = new Set<ActiveDelivery>();
  let open = 0;
  /** What ends the reading of gauges. */
  const gauges = [metrics.observe("kiket.deliveries.active", async () => [{ value: open, attributes: {} }])];
  const observed = new Set<JobQueue>();
  const observe = (queue: JobQueue | undefined): void => {
    if (queue === undefined || observed.has(queue)) return;
    observed.add(queue);
    gauges.push(observeQueue(metrics, queue));
  };
  observe(config.queue?.queue);
  let closed: Promise<void> | undefined;
  let onIdle: (() => void) | undefined;

  const prove = ({ source, run }: Course): Promise<VerifiedDelivery> =>
    arrivals.admit(async (arrival) => {
      run.stages?.enter("body");
      const received = await readDelivery(source, limits, { arrival, hold: arrivals.hold });
      run.stages?.enter("verify");
      const verified = secrets === undefined ? verify(received) : secrets.require().then(() => verify(received));
      return await arrivals.check(arrival, verified);
    });

  /** Each step notes in `course` what is known from then on, for the log. */
  const handle = async (course: Course, verified: VerifiedDelivery): Promise<Reply | Failure> => {
    const { stages } = course.run;
    stages?.enter("route");
    const version = requestedVersion(verified.delivery, routes);
    observer.verified(verified, version, config);
    const handler = findHandler(routes, verified.delivery.event, version);
    course.handler = handler;
    const fitted = fittedTo(handler, verified);
    // Nobody has seen that an event under its other name has what the handler's type promises.
    if (verified.delivery.event !== handler.event) course.missing = missingMembers(fitted.delivery.payload, handler);
    authorise(handler.requiredScopes, verified.auth.scopes);
    stages?.enter("begin");
    const begun = once.begin(verified, handler.version, () => fieldsOf(course));
    const attempt = begun instanceof Promise ? await begun : begun;
    course.isRepeated = "status" in attempt;
    if ("status" in attempt) return attempt;
    if (isDeferred(handler)) {
      stages?.enter("defer");
      const { jobId, ending } = await defer(verified, handler, course.run, attempt);
      course.jobId = jobId;
      return ending;
    }
    return await invoke(fitted, handler, course.run, attempt, (ending) => lines.ended(course, ending));
  };

  const take = async (course: Course): Promise<Reply | Failure> => {
    const verified = await prove(course);
    course.verified = verified;
    if (running.size >= limits.concurrency) throw tooMany();
    running.add(course.run);
    try {
      return await handle(course, verified);
    } finally {
      running.delete(course.run);
      releaseRequest(course.run);
    }
  };

  const failureOf = (error: unknown, what: "delivery" | "request"): Failure => {
    if (error instanceof Refusal) return error.failure;
    return error instanceof ScopeError ? insufficientScopes(error) : internalError(error, what);
  };

  const closeStoreAndQueue = async (): Promise<void> => {
    try {
      await config.inbound.store.close?.();
    } catch (cause) {
      config.logger.error("The delivery store could not be closed", { cause });
    }
    try {
      await config.queue?.queue.close?.();
    } catch (cause) {
      config.logger.error("The queue of deferred deliveries could not be closed", { cause });
    }
  };
  const shutDown = async (graceMilliseconds: number): Promise<void> => {
    const idle = new Promise<void>((resolve) => {
      onIdle = resolve;
      if (open === 0) resolve();
    });
    const closesAt = performance.now() + graceMilliseconds;
    const isIdle = await within(idle, graceMilliseconds);
    if (!isIdle) {
      arrivals.refuseAll(closing());
      for (const active of running) abortDelivery(active, new KiketError("The extension is closing"));
    }
    // What has just been deferred to the memory of this process still runs, if there is time.
    await workers.close(Math.max(0, closesAt - performance.now()));
    await telemetry.close();
    secrets?.close();
    for (const end of gauges) end();
    // A delivery that is still running stores its verdict first.
    const storeClosed = idle.then(closeStoreAndQueue);
    if (isIdle || running.size === 0) await storeClosed;
    lines.flush();
    flushConsole();
  };

  const failed = (course: Course, failure: Failure): Reply => {
    countDelivery(metrics, course, failure);
    return lines.failed(course, failure);
  };
  const refuse = (course: Course, failure: Failure): Reply => {
    countRefusal(metrics, failure);
    return lines.failed(course, failure);
  };

  return {
    async answer(source) {
      const course = createCourse(source, config);
      if (closed !== undefined) return failed(course, closing().failure);
      open += 1;
      try {
        const ending = await take(course);
        if ("reason" in ending) return failed(course, ending);
        countDelivery(metrics, course, ending);
        lines.handled(course, ending);
        return ending;
      } catch (error) {
        return failed(course, failureOf(error, "delivery"));
      } finally {
        open -= 1;
        if (open === 0) onIdle?.();
      }
    },
    refuse: (source, error) => refuse(createCourse(source, config), failureOf(error, "request")),
    reported: () => telemetry.flush(),
    work(concurrency, queue) {
      observe(queue);
      return workers.work(concurrency, queue);
    },
    started: async () => secrets?.started(),
    isReady: () => secrets?.isReady() ?? true,
    close(graceMilliseconds) {
      closed ??= shutDown(graceMilliseconds);
      return closed;
    },
  };
}
