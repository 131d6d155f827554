import { isOneEvent } from "../handler/event-family.js";
import type { Delivery, EventPath, PathEvent } from "../receive/delivery.js";
import { type FailureReason, Refusal } from "../receive/failure.js";

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
  const declared =
    events.find(({ event }) => event === fromBody) ?? events.find(({ event }) => isOneEvent(event, fromBody));
  if (declared !== undefined) return { event: fromBody, version: declared.version };
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
  // The payload has the members of the name in the body, and only that name may be signed.
  if (fromBody !== undefined && isOneEvent(named, fromBody)) return { event: fromBody, version: undefined };
  if (isBodySigned) throw refusal("event-differs", differs);
  return { event: named, version: undefined };
}
