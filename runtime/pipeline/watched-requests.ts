import type { Failure, FailureReason } from "../receive/failure.js";
import type { DeliveryIds } from "../receive/replies.js";
import { withoutSecretsIn } from "../secrecy/redacting-logger.js";

/** Why a delivery was refused or failed. The response says less. */
export interface DeliveryFailure {
  /** A stable code; docs/reference/statuses.md lists them. */
  readonly reason: FailureReason;
  /** In words. */
  readonly message: string;
  /** The id in the log lines and the response of this attempt. */
  readonly correlationId: string;
  /** What the handler or the runtime has thrown, as plain data without secrets. Absent if nothing was. */
  readonly cause?: unknown;
}

const watched = new WeakMap<object, { failure: DeliveryFailure | undefined }>();

/**
 * For tests in the process of the extension: from now on, `failureOf` tells why this request was refused or failed, or this attempt of a
 * job.
 */
export function watchRequest(request: object): void {
  watched.set(request, { failure: undefined });
}

/** Undefined if the request was handled, or by another process. */
export function failureOf(request: object): DeliveryFailure | undefined {
  return watched.get(request)?.failure;
}

/** `secrets` is called only for a watched request. */
export function tellFailure(
  request: object,
  failure: Failure,
  { correlationId }: DeliveryIds,
  secrets: () => Iterable<unknown>,
): void {
  const watch = watched.get(request);
  if (watch === undefined) return;
  const { reason, detail } = failure;
  const told = "cause" in failure ? { message: detail, cause: failure.cause } : { message: detail };
  watch.failure = { reason, correlationId, ...(withoutSecretsIn(told, secrets()) as typeof told) };
}
