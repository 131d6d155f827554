import { type ActiveDelivery, abortDelivery } from "../base/active-delivery.js";
import { ApiError, KiketError, NotImplementedError, ScopeError } from "../base/errors.js";
import type { Config } from "../config/config.js";
import type { Handler } from "../handler/define-handler.js";
import { handlerFailed, insufficientScopes, type Reply, rateLimited, reply, tryAgain } from "../receive/replies.js";
import type { Telemetry } from "../telemetry/reporter.js";
import type { Trace } from "../telemetry/tracing.js";
import type { VerifiedDelivery } from "../verify/verify-origin.js";
import { type ContextParts, createContext, createDeliveryLogger } from "./create-context.js";
import { ResultError, replyOfResult } from "./handler-result.js";
import type { Attempt, Once } from "./run-once.js";

/** Runs a handler once. Never rejects. Resolves at the latest when the handler times out, even if it is still running. */
type Invoke = (verified: VerifiedDelivery, handler: Handler, run: ActiveDelivery, attempt: Attempt) => Promise<Reply>;

/** Kiket tries these again, and the handler then runs again: a handler that returned one has not finished (fact 185). */
function isTriedAgain({ status }: Reply): boolean {
  return status === 429 || status >= 500;
}

function replyToFailure(config: Config, error: unknown, verified: VerifiedDelivery, handler: Handler): Reply {
  if (error instanceof ScopeError) return insufficientScopes(error);
  if (error instanceof NotImplementedError) {
    // Not the text of the error, which may come from the handler.
    return reply(501, { error: `Handler not implemented: ${handler.event}.${handler.version}` });
  }
  if (error instanceof ApiError && error.status === 429) return rateLimited(error);
  const correlationId = crypto.randomUUID();
  const { event, version } = handler;
  const what = error instanceof ResultError ? "A handler's result cannot be sent" : "A handler failed";
  createDeliveryLogger(config, verified, { event, version, correlationId }).error(what, { cause: error });
  return handlerFailed(correlationId);
}

export function createInvoke(parts: ContextParts, once: Once, telemetry: Telemetry, trace: Trace): Invoke {
  const { config } = parts;
  const { handlerMs } = config.inbound.limits;

  return (verified, handler, run, attempt) => {
    const { event, version } = handler;
    const startedAt = config.now();
    const start = performance.now();
    let reported = false;
    const report = (failure: { readonly error: unknown } | undefined): void => {
      if (reported) return;
      reported = true;
      telemetry.report({ event, version, startedAt, durationMs: performance.now() - start, failure });
    };

    const work = async (): Promise<Reply> => {
      try {
        const context = createContext(parts, verified, handler, run);
        const handle = async (): Promise<Reply> =>
          replyOfResult(await handler.handle(verified.delivery.payload as never, context as never));
        const { extensionId, extensionVersion } = config;
        const verdict = await trace(
          () => ({ event, version, deliveryId: context.deliveryId, extensionId, extensionVersion }),
          handle,
        );
        await (isTriedAgain(verdict) ? once.fail(attempt) : once.finish(attempt, verdict));
        report(undefined);
        return verdict;
      } catch (error) {
        const failure = replyToFailure(config, error, verified, handler);
        // The side effects of a handler whose result cannot be sent have happened: it must not run again.
        await (error instanceof ResultError ? once.finish(attempt, failure) : once.fail(attempt));
        report({ error });
        return failure;
      } finally {
        config.concealment.release(run);
      }
    };

    return new Promise((resolve) => {
      run.deadline = start + handlerMs;
      const timer = setTimeout(() => {
        const error = new KiketError(`The handler did not finish within ${handlerMs / 1000} s`);
        createDeliveryLogger(config, verified, { event, version }).warn(error.message);
        abortDelivery(run, error);
        report({ error });
        // The attempt stays open: if the handler finishes later, its verdict is stored for the next attempt.
        resolve(tryAgain(error.message).reply);
      }, handlerMs);
      void work().then((outcome) => {
        clearTimeout(timer);
        resolve(outcome);
      });
    });
  };
}
