import { type ActiveDelivery, abortDelivery, createActiveDelivery, releaseRequest } from "../base/active-delivery.js";
import { within } from "../base/deadline.js";
import { ConfigError, KiketError, ScopeError } from "../base/errors.js";
import type { Config } from "../config/config.js";
import { checkRequirements } from "../config/required-values.js";
import { createArrivals } from "../receive/arrivals.js";
import { type DeliveryRequest, readDelivery } from "../receive/delivery.js";
import { insufficientScopes, internalError, Refusal, type Reply, tooMany, tryAgain } from "../receive/replies.js";
import { createTelemetry } from "../telemetry/reporter.js";
import { createTrace } from "../telemetry/tracing.js";
import { createSettingsReader } from "../values/settings.js";
import type { VerifiedDelivery, Verifier } from "../verify/verify-origin.js";
import { createInvoke } from "./invoke-handler.js";
import { findHandler, type Routes, requestedVersion } from "./routes.js";
import { createOnce } from "./run-once.js";
import { authorise } from "./scopes.js";

/** Takes deliveries through all steps, from request to reply. */
interface Deliveries {
  /** Never rejects. */
  answer(source: DeliveryRequest): Promise<Reply>;
  /** Sends the telemetry of earlier deliveries for at most 3 s, and keeps the rest for the next call. */
  reported(): Promise<void>;
  /**
   * Waits for running deliveries for at most the given milliseconds, then aborts their signals and closes telemetry, and the store
   * once none is running.
   */
  close(graceMilliseconds: number): Promise<void>;
}

function closing(): Refusal {
  return tryAgain("The extension is closing", { "retry-after": "5" });
}

export function createDeliveries(config: Config, routes: Routes, verify: Verifier): Deliveries {
  const { limits } = config.inbound;
  const readSettings = createSettingsReader(config.settingDefinitions, config.settings, config.env, config.logger);
  checkRequirements(config, new Set(Object.keys(readSettings({}))));
  const telemetry = createTelemetry(config);
  const once = createOnce(config);
  const invoke = createInvoke({ config, readSettings }, once, telemetry, createTrace());
  const arrivals = createArrivals(limits);
  /** Only deliveries whose origin is proved, so that nobody else can take their place. */
  const running = new Set<ActiveDelivery>();
  let open = 0;
  let closed: Promise<void> | undefined;
  let onIdle: (() => void) | undefined;

  const prove = (source: DeliveryRequest): Promise<VerifiedDelivery> =>
    arrivals.admit(async (arrival) => {
      const received = await readDelivery(source, limits, { arrival, hold: arrivals.hold });
      return arrivals.check(arrival, verify(received));
    });

  const run = async (verified: VerifiedDelivery, active: ActiveDelivery): Promise<Reply> => {
    const handler = findHandler(routes, verified.delivery.event, requestedVersion(verified.delivery, routes));
    authorise(handler.requiredScopes, verified.auth.scopes);
    const attempt = await once.begin(verified);
    return "status" in attempt ? attempt : invoke(verified, handler, active, attempt);
  };

  const take = async (source: DeliveryRequest): Promise<Reply> => {
    const verified = await prove(source);
    if (running.size >= limits.concurrency) return tooMany();
    const active = createActiveDelivery(source.request);
    running.add(active);
    try {
      return await run(verified, active);
    } finally {
      running.delete(active);
      releaseRequest(active);
    }
  };

  const refusalOf = (error: unknown): Reply => {
    if (error instanceof Refusal) return error.reply;
    if (error instanceof ScopeError) return insufficientScopes(error);
    const correlationId = crypto.randomUUID();
    if (error instanceof ConfigError) config.logger.error(error.message, { correlationId });
    else config.logger.error("A delivery failed in the runtime", { correlationId, cause: error });
    return internalError(correlationId);
  };

  const closeStore = async (): Promise<void> => {
    try {
      await config.inbound.store.close?.();
    } catch (cause) {
      config.logger.error("The delivery store could not be closed", { cause });
    }
  };
  const shutDown = async (graceMilliseconds: number): Promise<void> => {
    const idle = new Promise<void>((resolve) => {
      onIdle = resolve;
      if (open === 0) resolve();
    });
    const isIdle = await within(idle, graceMilliseconds);
    if (!isIdle) {
      arrivals.refuseAll(closing());
      for (const active of running) abortDelivery(active, new KiketError("The extension is closing"));
    }
    await telemetry.close();
    // A delivery that is still running stores its verdict first.
    const storeClosed = idle.then(closeStore);
    if (isIdle || running.size === 0) await storeClosed;
  };

  return {
    async answer(source) {
      if (closed !== undefined) return closing().reply;
      open += 1;
      try {
        return await take(source);
      } catch (error) {
        return refusalOf(error);
      } finally {
        open -= 1;
        if (open === 0) onIdle?.();
      }
    },
    reported: () => telemetry.flush(),
    close(graceMilliseconds) {
      closed ??= shutDown(graceMilliseconds);
      return closed;
    },
  };
}
