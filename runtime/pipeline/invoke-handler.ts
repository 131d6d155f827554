import { type ActiveDelivery, abortDelivery, correlationIdOf } from "../base/active-delivery.js";
import { ApiError, KiketError, NotImplementedError, ScopeError } from "../base/errors.js";
import type { Handler } from "../handler/define-handler.js";
import { type Failure, tryAgain } from "../receive/failure.js";
import {
  handlerFailed,
  insufficientScopes,
  notImplementedYet,
  type Reply,
  rateLimited,
  replyToFailure,
  resultUnusable,
} from "../receive/replies.js";
import type { Telemetry } from "../telemetry/reporter.js";
import type { Trace } from "../telemetry/tracing.js";
import type { VerifiedDelivery } from "../verify/verify-origin.js";
import { type ContextParts, createContext } from "./create-context.js";
import { namesOf } from "./event-names.js";
import { replyOfResult } from "./handler-result.js";
import { ResultError } from "./plain-result.js";
import type { Attempt, Once } from "./run-once.js";

/**
 * Runs a handler once. Never rejects. Resolves at the latest when the handler times out, even if it is still running; `onLate` is
 * called with what comes of it afterwards.
 */
type Invoke = (
  verified: VerifiedDelivery,
  handler: Handler,
  run: ActiveDelivery,
  attempt: Attempt,
  onLate: (ending: Reply | Failure) => void,
) => Promise<Reply | Failure>;

/** Kiket tries these again, and the handler then runs again: a handler that returned one has not finished (fact 185). */
function isTriedAgain({ status }: Reply): boolean {
  return status === 429 || status >= 500;
}

/** Also for what cannot be looked at, such as a revoked proxy: then `instanceof` throws. */
function failureOf(error: unknown, handler: Handler): Failure {
  try {
    return knownFailure(error, handler);
  } catch {
    return handlerFailed(new KiketError("The handler threw something that cannot be read"));
  }
}

function knownFailure(error: unknown, { event, version }: Handler): Failure {
  if (error instanceof ScopeError) return insufficientScopes(error);
  if (error instanceof NotImplementedError) return notImplementedYet(error, event, version);
  if (error instanceof ResultError) return resultUnusable(error);
  return error instanceof ApiError && error.status === 429 ? rateLimited(error) : handlerFailed(error);
}

export function createInvoke(parts: ContextParts, once: Once, telemetry: Telemetry, trace: Trace): Invoke {
  const { config } = parts;
  const { handlerMs } = config.inbound.limits;

  return (verified, handler, run, attempt, onLate) => {
    const names = namesOf(verified, handler);
    const startedAt = config.now();
    const start = performance.now();
    let isLate = false;
    let reported = false;
    const ids = () => ({ deliveryId: verified.name, correlationId: correlationIdOf(run) });
    const report = (failure: { readonly error: unknown } | undefined): void => {
      if (reported) return;
      reported = true;
      telemetry.report({ ...names, ...ids(), startedAt, durationMs: performance.now() - start, failure });
    };

    const work = async (): Promise<Reply | Failure> => {
      const { stages } = run;
      stages?.enter("handler");
      try {
        const context = createContext(parts, verified, handler, run);
        const handle = async (): Promise<Reply> => {
          const result = await handler.handle(verified.delivery.payload as never, context as never);
          stages?.enter("reply");
          return replyOfResult(result);
        };
        const { extensionId, extensionVersion } = config;
        const verdict = await trace(
          () => ({
            ...names,
            deliveryId: context.deliveryId,
            correlationId: correlationIdOf(run),
            extensionId,
            extensionVersion,
          }),
          verified.delivery.headers,
          handle,
        );
        stages?.enter("finish");
        await (isTriedAgain(verdict) ? once.fail(attempt) : once.finish(attempt, verdict));
        report(undefined);
        return verdict;
      } catch (error) {
        const failure = failureOf(error, handler);
        stages?.enter("finish");
        // The side effects of a handler whose result cannot be sent have happened: it must not run again.
        await (error instanceof ResultError
          ? once.finish(attempt, replyToFailure(failure, ids()))
          : once.fail(attempt));
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
        isLate = true;
        abortDelivery(run, error);
        report({ error });
        // The attempt stays open: if the handler finishes later, its verdict is stored for the next attempt.
        resolve(tryAgain("handler-too-slow", error.message).failure);
      }, handlerMs);
      void work().then((ending) => {
        clearTimeout(timer);
        if (isLate) onLate(ending);
        else resolve(ending);
      });
    });
  };
}
