import type { Delivery, EventPath, PathEvent } from "../receive/delivery.js";
import { type FailureReason, Refusal } from "../receive/failure.js";

/** Whether a path and a body name the same event. */
export function isSameEvent(ofPath: string, ofBody: string): boolean {
  return ofPath === ofBody;
}

/** The origin is proved. The same delivery would be wrong in each attempt, so the refusal is final. */
function refusal(reason: FailureReason, message: string, detail = message): Refusal {
  return new Refusal(400, reason, message, { detail, isProved: true });
}

const differs = "The event in the path differs from the event in the signed body";

/** On a path for which the configuration names the events. */
function eventOfPath({ path, events }: EventPath, fromBody: string | undefined, isBodySigned: boolean): PathEvent {
  const [only, another] = events;
  const names = events.map(({ event }) => event).join(", ");
  if (fromBody === undefined) {
    if (another === undefined) return only;
    const message = "Event name required: several events arrive at this path. Send it as event or type in the body.";
    throw refusal("event-missing", message, `The body names no event, and ${path} takes several: ${names}`);
  }
  const declared = events.find(({ event }) => isSameEvent(event, fromBody));
  if (declared !== undefined) return declared;
  if (another === undefined && !isBodySigned) return only;
  const message = another === undefined ? differs : "The event in the body is none of the events of this path";
  throw refusal("event-differs", message, `The body names ${fromBody}, and ${path} takes ${names}`);
}

/**
 * The event of a delivery, from its path and its body.
 * @throws {Refusal} 400 if they do not name one that may run.
 */
export function eventOf(
  { event, eventPath }: Delivery,
  fromBody: string | undefined,
  isBodySigned: boolean,
): PathEvent {
  if (eventPath !== undefined) return eventOfPath(eventPath, fromBody, isBodySigned);
  const named = event ?? fromBody;
  if (named === undefined) {
    throw refusal("event-missing", "Event name required: send it as event or type in the body.");
  }
  // Otherwise a signed body could be sent to the path of another event, and run the wrong handler.
  if (isBodySigned && fromBody === undefined) {
    throw refusal("event-not-signed", "Event name required in the signed body: send it as event or type.");
  }
  if (isBodySigned && fromBody !== undefined && !isSameEvent(named, fromBody)) throw refusal("event-differs", differs);
  return { event: named, version: undefined };
}
