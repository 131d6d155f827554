import { type ActiveDelivery, correlationIdOf, timeSpent } from "../base/active-delivery.js";
import { headerNames, singleValue } from "../base/headers.js";
import { defined } from "../base/json.js";
import type { Logger } from "../base/logger.js";
import type { Config } from "../config/config.js";
import type { Handler } from "../handler/define-handler.js";
import { verdictIn } from "../handler/verdicts.js";
import { createLineLimit } from "../logging/line-limit.js";
import { isLogged } from "../logging/log-level.js";
import { shownText } from "../logging/visible-text.js";
import type { DeliveryRequest } from "../receive/delivery.js";
import type { Failure } from "../receive/failure.js";
import { type DeliveryIds, type Reply, replyToFailure } from "../receive/replies.js";
import type { VerifiedDelivery } from "../verify/verify-origin.js";
import { createDeliveryLogger, hiddenFrom } from "./create-context.js";
import { namesOf } from "./event-names.js";
import { tellFailure } from "./watched-requests.js";

/** What is known of a delivery while it is taken through the steps. */
export interface Course {
  readonly source: DeliveryRequest;
  readonly run: ActiveDelivery;
  /** Undefined until the origin is proved. */
  verified: VerifiedDelivery | undefined;
  handler: Handler | undefined;
  /** What the handler's type requires and the payload lacks, if the event was sent with its other name. */
  missing: readonly string[];
  /** Whether the reply is the verdict of an earlier attempt. */
  isRepeated: boolean;
  /** Of the job that was to be stored for a deferred handler. */
  jobId: string | undefined;
}

/** Logs one line for each delivery, when it ends. */
export interface DeliveryLines {
  /** The handler has a verdict. */
  handled(course: Course, reply: Reply): void;
  /** The delivery was refused, or it failed. Returns the response. */
  failed(course: Course, failure: Failure): Reply;
  /** The handler has ended after its timeout. That the delivery failed was logged then. */
  ended(course: Course, ending: Reply | Failure): void;
  /** Tells how many lines were left out. */
  flush(): void;
}

/** Lines for one reason and second. A refused request costs its sender nothing, and must not fill the log. */
const mostRefusals = 10;
const longestName = 100;
const longestDetail = 500;

/** Names that somebody may have chosen who is not Kiket. */
function shownName(name: string | undefined): string | undefined {
  return name === undefined ? undefined : shownText(name, longestName);
}

/** The ids of a delivery, for its lines and for its response. */
export function idsOf({ source, run, verified }: Course): DeliveryIds {
  const named = verified?.name ?? singleValue(source.request.headers, headerNames.delivery);
  return { deliveryId: shownName(named), correlationId: correlationIdOf(run) };
}

/** The version that the request names itself. */
function givenVersion({ source }: Course): string | undefined {
  return shownName(source.pathVersion ?? singleValue(source.request.headers, headerNames.eventVersion));
}

/** What the lines of one delivery have in common. Before the origin is proved, the names are those that the request gives itself. */
export function fieldsOf(course: Course): object {
  const { source, verified, handler } = course;
  const { deliveryId, correlationId } = idsOf(course);
  const names =
    handler === undefined || verified === undefined
      ? { event: shownName(verified?.delivery.event ?? source.event), version: givenVersion(course) }
      : namesOf(verified, handler);
  return { ...names, deliveryId, correlationId };
}

function isReply(ending: Reply | Failure): ending is Reply {
  return !("reason" in ending);
}

export function createDeliveryLines(config: Config): DeliveryLines {
  const { logger, logLevel } = config;
  // Whoever reads the line of a program that has ended since knows whether the delivery still waits somewhere.
  const deferred = config.queue?.queue.isDurable === false ? "in memory" : true;
  const limit = createLineLimit(
    mostRefusals,
    (reason, leftOut) =>
      logger.warn("More deliveries were refused for one reason than are logged", { reason, leftOut }),
    () => performance.now(),
  );

  const loggerFor = (course: Course): Logger =>
    course.verified === undefined ? logger : createDeliveryLogger(config, course.verified, {});
  const outcomeOf = (course: Course, status: number): Record<string, unknown> => {
    const fields: Record<string, unknown> = { ...fieldsOf(course), status, ms: timeSpent(course.run) };
    // The path decides. The body may come from an event with another shape.
    const bodyEvent = course.verified?.delivery.bodyEvent;
    if (bodyEvent !== undefined) fields.bodyEvent = shownName(bodyEvent);
    if (course.missing.length > 0) fields.missing = course.missing;
    if (course.jobId !== undefined) Object.assign(fields, { deferred, jobId: course.jobId });
    if (course.run.stages !== undefined) fields.stages = course.run.stages.stages();
    return fields;
  };
  const logHandled = (course: Course, { status, body }: Reply, message: string): void => {
    // A handler may answer an error itself, and that its result cannot be sent is remembered.
    const level = status >= 400 || course.missing.length > 0 ? "warn" : "info";
    if (!isLogged(level, logLevel)) return;
    const fields = outcomeOf(course, status);
    const verdict = verdictIn(body);
    if (verdict !== undefined) fields.verdict = verdict;
    if (course.isRepeated) fields.repeated = true;
    logger[level](message, fields);
  };
  const logFailed = (course: Course, failure: Failure, isLate: boolean): void => {
    const { status, reason, detail } = failure;
    const hasCause = "cause" in failure;
    const isError = hasCause || failure.isOwn === true;
    const level = isError ? "error" : "warn";
    if (!isLogged(level, logLevel)) return;
    if (!hasCause && logLevel !== "debug" && !limit.take(reason)) return;
    const shown = shownText(detail, longestDetail);
    const message =
      status >= 500 || status === 429 ? `A delivery failed: ${shown}` : `A delivery was refused: ${shown}`;
    const fields = defined({
      ...outcomeOf(course, status),
      reason,
      unproved: course.verified === undefined && failure.isProved !== true ? true : undefined,
      late: isLate ? true : undefined,
    });
    loggerFor(course)[level](isError ? shown : message, hasCause ? { ...fields, cause: failure.cause } : fields);
  };

  return {
    handled: (course, reply) =>
      logHandled(
        course,
        reply,
        `A delivery was ${course.jobId === undefined ? "handled" : "deferred"}${
          course.missing.length === 0 ? "" : ", although it lacks members that the handler's type requires"
        }`,
      ),
    failed(course, failure) {
      const { source, verified } = course;
      const ids = idsOf(course);
      logFailed(course, failure, false);
      tellFailure(source.request, failure, ids, () => hiddenFrom(config, verified));
      return replyToFailure(failure, ids);
    },
    ended(course, ending) {
      if (isReply(ending)) logHandled(course, ending, "A handler has finished after its timeout");
      else logFailed(course, ending, true);
    },
    flush: limit.flush,
  };
}
