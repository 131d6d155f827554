import { type ActiveDelivery, abortDelivery, correlationIdOf } from "../base/active-delivery.js";
import { ApiError, KiketError, NotImplementedError, ScopeError, SecretsUnavailableError } from "../base/errors.js";
import type { Handler } from "../handler/define-handler.js";
import type { Failure } from "../receive/failure.js";
import {
  handlerFailed,
  insufficientScopes,
  notImplementedYet,
  rateLimited,
  resultUnusable,
  secretsUnavailable,
} from "../receive/replies.js";
import type { DeferredRun } from "../telemetry/record.js";
import type { Telemetry } from "../telemetry/reporter.js";
import type { Trace } from "../telemetry/tracing.js";
import type { VerifiedDelivery } from "../verify/verify-origin.js";
import { type ContextParts, createContext } from "./create-context.js";
import { namesOf } from "./event-names.js";
import { ResultError } from "./plain-result.js";

/** One call of a handler's function. */
export interface HandlerCall<Value, Ending> {
  readonly verified: VerifiedDelivery;
  readonly handler: Handler;
  readonly run: ActiveDelivery;
  /** Milliseconds until `context.signal` is aborted. */
  readonly timeout: number;
  /** The headers that may name the span above. */
  readonly traceHeaders: Headers;
  /** What the result stands for. What it throws counts as thrown by the handler. */
  read(result: unknown): Value;
  /** What comes of the call. Must not reject. */
  succeeded(value: Value): Ending | Promise<Ending>;
  failed(error: unknown): Ending | Promise<Ending>;
  /** What comes of it after the timeout. `failed` or `succeeded` is called when the handler has ended. */
  tooSlow(error: KiketError): Ending;
  /** Is told what comes of the handler after the call has resolved. */
  onLate(ending: Ending): void;
  /** Set for a deferred run, for telemetry and traces. */
  readonly deferred?: DeferredRun;
  /** Cuts the call short: `context.signal` is aborted, and a second later the call resolves with `ending`. Default: never. */
  readonly stop?: { readonly signal: AbortSignal; readonly ending: Ending };
}

/** Calls a handler once. Never rejects. Resolves at the latest when the handler times out, even if it is still running. */
export type CallHandler = <Value, Ending>(call: HandlerCall<Value, Ending>) => Promise<Ending>;

/** Time for a handler to end after its signal was aborted. */
const patience = 1_000;

/** Also for what cannot be looked at, such as a revoked proxy: then `instanceof` throws. */
export function handlerFailureOf(error: unknown, handler: Handler): Failure {
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
  if (error instanceof SecretsUnavailableError) return secretsUnavailable(error);
  return error instanceof ApiError && error.status === 429 ? rateLimited(error) : handlerFailed(error);
}

export function createCallHandler(parts: ContextParts, telemetry: Telemetry, trace: Trace): CallHandler {
  const { config } = parts;

  return <Value, Ending>(call: HandlerCall<Value, Ending>): Promise<Ending> => {
    const { verified, handler, run, timeout, traceHeaders, deferred, stop } = call;
    const names = namesOf(verified, handler);
    const startedAt = config.now();
    const start = performance.now();
    let isLate = false;
    let reported = false;
    const report = (failure: { readonly error: unknown } | undefined): void => {
      if (reported || telemetry.isSilent) return;
      reported = true;
      const ids = { deliveryId: verified.name, correlationId: correlationIdOf(run) };
      telemetry.report({ ...names, ...ids, startedAt, durationMs: performance.now() - start, failure, deferred });
    };

    const work = async (): Promise<Ending> => {
      const { stages } = run;
      stages?.enter("handler");
      try {
        const context = createContext(parts, verified, handler, run);
        const handle = async (): Promise<Value> => {
          const result = await handler.handle(verified.delivery.payload as never, context as never);
          stages?.enter("reply");
          return call.read(result);
        };
        const { extensionId, extensionVersion } = config;
        const describe = () => ({
          ...names,
          deliveryId: context.deliveryId,
          correlationId: correlationIdOf(run),
          extensionId,
          extensionVersion,
          ...deferred,
        });
        const value = await trace(describe, traceHeaders, handle);
        stages?.enter("finish");
        const settled = call.succeeded(value);
        const ending = settled instanceof Promise ? await settled : settled;
        report(undefined);
        return ending;
      } catch (error) {
        stages?.enter("finish");
        const ending = await call.failed(error);
        // A run that is given back has not failed: it is repeated as if it had never begun.
        if (stop?.signal.aborted !== true) report({ error });
        return ending;
      } finally {
        config.concealment.release(run);
      }
    };

    return new Promise((resolve) => {
      let waiting: ReturnType<typeof setTimeout> | undefined;
      const cut = (ending: Ending): void => {
        isLate = true;
        resolve(ending);
      };
      const onTimeout = (): void => {
        const error = new KiketError(`The handler did not finish within ${timeout / 1000} s`);
        abortDelivery(run, error);
        report({ error });
        cut(call.tooSlow(error));
      };
      const onStop = (): void => {
        if (stop === undefined || isLate) return;
        abortDelivery(run, stop.signal.reason);
        clearTimeout(waiting);
        waiting = setTimeout(() => cut(stop.ending), patience);
      };
      run.deadline = start + timeout;
      waiting = setTimeout(onTimeout, timeout);
      stop?.signal.addEventListener("abort", onStop, { once: true });
      if (stop?.signal.aborted) onStop();
      void work().then((ending) => {
        clearTimeout(waiting);
        stop?.signal.removeEventListener("abort", onStop);
        if (isLate) call.onLate(ending);
        else resolve(ending);
      });
    });
  };
}
