import type { VerifiedDelivery, Verifier } from "./auth.js";
import type { Config } from "./config.js";
import { createContext, createDeliveryLogger } from "./context-factory.js";
import { within } from "./deadline.js";
import { type DeliveryRequest, readDelivery } from "./delivery.js";
import { ApiError, KiketError, NotImplementedError, ScopeError } from "./errors.js";
import type { Handler } from "./handler.js";
import {
  handlerFailed,
  insufficientScopes,
  Refusal,
  type Reply,
  rateLimited,
  reply,
  replyWithText,
  tryAgain,
} from "./replies.js";
import { findHandler, type Routes, requestedVersion } from "./route.js";
import { authorise } from "./scopes.js";
import { createSettingsReader } from "./settings.js";
import { createTelemetry } from "./telemetry.js";

/** The steps that a delivery takes, from request to reply. */
export interface Deliveries {
  /** Never rejects. */
  answer(source: DeliveryRequest): Promise<Reply>;
  close(): Promise<void>;
}

interface Run {
  controller: AbortController | undefined;
}

const graceMilliseconds = 10_000;
const acknowledged = JSON.stringify({ ok: true });

/** Only no value at all becomes the default; other falsy values are kept (wire contract A10). */
function serialize(result: unknown): string {
  if (result === undefined || result === null) return acknowledged;
  const text: string | undefined = JSON.stringify(result);
  if (text === undefined) throw new KiketError(`A handler's result must be JSON, not a ${typeof result}.`);
  return text;
}

export function createDeliveries(config: Config, routes: Routes, verify: Verifier): Deliveries {
  const readSettings = createSettingsReader(config.settingDefinitions, config.settings, config.env, config.logger);
  const parts = { config, readSettings };
  const telemetry = createTelemetry(config);
  const running = new Set<Run>();
  let closing = false;
  let onIdle: (() => void) | undefined;

  /** An abort signal costs more than the rest of a context, so it is made only when asked for. */
  const signalOf = (run: Run, { signal }: Request): AbortSignal => {
    if (run.controller === undefined) {
      const controller = new AbortController();
      run.controller = controller;
      if (signal.aborted) controller.abort(signal.reason);
      else signal.addEventListener("abort", () => controller.abort(signal.reason), { once: true });
    }
    return run.controller.signal;
  };

  const replyToFailure = (error: unknown, verified: VerifiedDelivery, handler: Handler): Reply => {
    if (error instanceof ScopeError) return insufficientScopes(error);
    if (error instanceof NotImplementedError) return reply(501, { error: error.message });
    if (error instanceof ApiError && error.status === 429) return rateLimited(error);
    const correlationId = crypto.randomUUID();
    const { event, version } = handler;
    createDeliveryLogger(config, verified, { event, version, correlationId }).error("A handler failed", {
      cause: error,
    });
    return handlerFailed(correlationId);
  };

  const runHandler = async (
    verified: VerifiedDelivery,
    handler: Handler,
    signal: () => AbortSignal,
  ): Promise<Reply> => {
    const { event, version } = handler;
    const startedAt = config.now();
    const start = performance.now();
    const finish = (failure: { readonly error: unknown } | undefined): void =>
      telemetry.report({ event, version, startedAt, durationMs: performance.now() - start, failure });
    try {
      const context = createContext(parts, verified, handler, signal);
      const body = serialize(await handler.handle(verified.delivery.payload as never, context as never));
      finish(undefined);
      return replyWithText(200, body);
    } catch (error) {
      finish({ error });
      return replyToFailure(error, verified, handler);
    }
  };

  const take = async (source: DeliveryRequest, run: Run): Promise<Reply> => {
    const verified = await verify(await readDelivery(source));
    const handler = findHandler(routes, verified.delivery.event, requestedVersion(verified.delivery));
    authorise(handler.requiredScopes, verified.auth.scopes);
    return runHandler(verified, handler, () => signalOf(run, source.request));
  };

  return {
    async answer(source) {
      if (closing) return tryAgain("The extension is closing", 5).reply;
      const run: Run = { controller: undefined };
      running.add(run);
      try {
        return await take(source, run);
      } catch (error) {
        if (error instanceof Refusal) return error.reply;
        if (error instanceof ScopeError) return insufficientScopes(error);
        const correlationId = crypto.randomUUID();
        config.logger.error("A delivery failed in the runtime", { correlationId, cause: error });
        return reply(500, { error: "Internal error", correlation_id: correlationId });
      } finally {
        running.delete(run);
        if (running.size === 0) onIdle?.();
      }
    },
    async close() {
      closing = true;
      const idle = running.size === 0 ? Promise.resolve() : new Promise<void>((resolve) => (onIdle = resolve));
      if (!(await within(idle, graceMilliseconds))) {
        for (const { controller } of running) controller?.abort(new KiketError("The extension is closing"));
      }
      await telemetry.flush();
    },
  };
}
