import { isJsonObject, type JsonObject, member } from "../base/json.js";
import type { Handler } from "../handler/define-handler.js";
import { familyOf } from "../handler/event-family.js";
import type { VerifiedDelivery } from "../verify/verify-origin.js";

/**
 * The payload as the handler's type has it: `issue` and `issue_id` for the handler of an `issue.*` event, `case` and `case_id` for
 * that of a `case.*` event. A member that has the right name already stays, and no other member is changed or added. The payload
 * itself does not change.
 */
function fittedPayload(payload: JsonObject, { event }: Pick<Handler, "event">): JsonObject {
  // No source shows what else the new names replace, so `current_state_key` does not become `status` (facts 811, 880, 881).
  const family = familyOf(event);
  if (family === undefined) return payload;
  const { own, other } = family;
  const names = new Map<string, string>();
  for (const end of ["", "_id"]) {
    const [from, to] = [other + end, own + end];
    if (member(payload, from) !== undefined && (member(payload, to) ?? undefined) === undefined) names.set(from, to);
  }
  if (names.size === 0) return payload;
  const replaced = new Set(names.values());
  return Object.fromEntries(
    Object.entries(payload)
      .filter(([key]) => !replaced.has(key))
      .map(([key, value]) => [names.get(key) ?? key, value]),
  );
}

/** The delivery with the payload as the handler's type has it. */
export function fittedTo(handler: Pick<Handler, "event">, verified: VerifiedDelivery): VerifiedDelivery {
  const { delivery } = verified;
  const payload = fittedPayload(delivery.payload, handler);
  return payload === delivery.payload ? verified : { ...verified, delivery: { ...delivery, payload } };
}

/** The members that the handler's type requires and the payload lacks, as paths. Not what would be inside an absent member. */
export function missingMembers(payload: JsonObject, { required = [] }: Pick<Handler, "required">): readonly string[] {
  const absent = required.filter((path) => {
    let value: unknown = payload;
    for (const key of path.split(".")) value = isJsonObject(value) ? member(value, key) : undefined;
    return value === undefined;
  });
  return absent.filter((path) => !absent.some((above) => path.startsWith(`${above}.`)));
}
