import { type ActiveDelivery, correlationIdOf } from "../base/active-delivery.js";
import type { Handler } from "../handler/define-handler.js";
import { type Failure, tryAgain } from "../receive/failure.js";
import { type Reply, replyToFailure } from "../receive/replies.js";
import type { VerifiedDelivery } from "../verify/verify-origin.js";
import { type CallHandler, handlerFailureOf } from "./call-handler.js";
import { replyOfResult } from "./handler-result.js";
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

export function createInvoke(call: CallHandler, once: Once, handlerMs: number): Invoke {
  return (verified, handler, run, attempt, onLate) =>
    call<Reply, Reply | Failure>({
      verified,
      handler,
      run,
      timeout: handlerMs,
      traceHeaders: verified.delivery.headers,
      read: replyOfResult,
      succeeded(verdict) {
        const stored = isTriedAgain(verdict) ? once.fail(attempt) : once.finish(attempt, verdict);
        return stored instanceof Promise ? stored.then(() => verdict) : verdict;
      },
      async failed(error) {
        const failure = handlerFailureOf(error, handler);
        const ids = { deliveryId: verified.name, correlationId: correlationIdOf(run) };
        // The side effects of a handler whose result cannot be sent have happened: it must not run again.
        await (failure.reason === "result-unusable"
          ? once.finish(attempt, replyToFailure(failure, ids))
          : once.fail(attempt));
        return failure;
      },
      // The attempt stays open: if the handler finishes later, its verdict is stored for the next attempt.
      tooSlow: (error) => tryAgain("handler-too-slow", error.message).failure,
      onLate,
    });
}
