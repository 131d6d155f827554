import { type ActiveDelivery, abortDelivery, createActiveDelivery, releaseRequest } from "../base/active-delivery.js";
import { within } from "../base/deadline.js";
import { KiketError, ScopeError } from "../base/errors.js";
import type { Config } from "../config/config.js";
import { checkRequirements } from "../config/required-values.js";
import { discardRest } from "../receive/body.js";
import { type DeliveryRequest, readDelivery } from "../receive/delivery.js";
import { insufficientScopes, internalError, Refusal, type Reply, tooMany, tryAgain } from "../receive/replies.js";
import { createTelemetry } from "../telemetry/reporter.js";
import { createTrace } from "../telemetry/tracing.js";
import { createSettingsReader } from "../values/settings.js";
import type { Verifier } from "../verify/verify-origin.js";
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

export function createDeliveries(config: Config, routes: Routes, verify: Verifier): Deliveries {
  const { limits } = config.inbound;
  const readSettings = createSettingsReader(config.settingDefinitions, config.settings, config.env, config.logger);
  checkRequirements(config, new Set(Object.keys(readSettings({}))));
  const telemetry = createTelemetry(config);
  const once = createOnce(config);
  const invoke = createInvoke({ config, readSettings }, once, telemetry, createTrace());
  const running = new Set<ActiveDelivery>();
  let closed: Promise<void> | undefined;
  let onIdle: (() => void) | undefined;

  const take = async (source: DeliveryRequest, run: ActiveDelivery): Promise<Reply> => {
    const verified = await verify(await readDelivery(source, limits));
    const handler = findHandler(routes, verified.delivery.event, requestedVersion(verified.delivery, routes));
    authorise(handler.requiredScopes, verified.auth.scopes);
    const attempt = await once.begin(verified);
    return "status" in attempt ? attempt : invoke(verified, handler, run, attempt);
  };

  const refusalOf = (error: unknown): Reply => {
    if (error instanceof Refusal) return error.reply;
    if (error instanceof ScopeError) return insufficientScopes(error);
    const correlationId = crypto.randomUUID();
    config.logger.error("A delivery failed in the runtime", { correlationId, cause: error });
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
      if (running.size === 0) resolve();
    });
    const isIdle = await within(idle, graceMilliseconds);
    if (!isIdle) {
      for (const run of running) abortDelivery(run, new KiketError("The extension is closing"));
    }
    await telemetry.close();
    // A delivery that is still running stores its verdict first.
    const storeClosed = idle.then(closeStore);
    if (isIdle || running.size === 0) await storeClosed;
  };

  return {
    async answer(source) {
      const { node } = source;
      if (closed !== undefined || running.size >= limits.concurrency) {
        if (node !== undefined) discardRest(node, limits);
        return closed === undefined ? tooMany() : tryAgain("The extension is closing", { "retry-after": "5" }).reply;
      }
      const run = createActiveDelivery(source.request);
      running.add(run);
      try {
        return await take(source, run);
      } catch (error) {
        return refusalOf(error);
      } finally {
        running.delete(run);
        releaseRequest(run);
        if (running.size === 0) onIdle?.();
        if (node !== undefined) discardRest(node, limits);
      }
    },
    reported: () => telemetry.flush(),
    close(graceMilliseconds) {
      closed ??= shutDown(graceMilliseconds);
      return closed;
    },
  };
}
