import type { Id } from "../../base/envelope.js";
import type { JsonObject } from "../../base/json.js";
import { type Clock, timestamp } from "../clock.js";
import { ok, type StoredBehaviour } from "../http/operation.js";

// See fact 226.
/** An initial SLA event. */
export interface SlaEventSeed {
  /** Default: 1, 2, 3 and so on. */
  readonly id?: Id;
  readonly issue_id: Id;
  readonly project_id: Id;
  readonly state: "imminent" | "breached" | "recovered";
  /** RFC 3339. Default: now. */
  readonly triggered_at?: string;
  /** RFC 3339. Null while it lasts. */
  readonly resolved_at?: string | null;
  readonly definition?: JsonObject | null;
  readonly metrics?: JsonObject | null;
}

export function createSla(
  seed: readonly SlaEventSeed[],
  now: Clock,
): StoredBehaviour<"listSlaEvents", readonly SlaEventSeed[]> {
  const time = timestamp(now());
  const events = seed.map((event, index) => ({
    id: index + 1,
    triggered_at: time,
    resolved_at: null,
    definition: null,
    metrics: null,
    ...event,
  }));
  return {
    behaviour: {
      listSlaEvents({ query }) {
        const found = events.filter(
          ({ project_id, issue_id, state }) =>
            String(project_id) === String(query.project_id) &&
            (query.issue_id === undefined || String(issue_id) === String(query.issue_id)) &&
            (query.state === undefined || state === query.state),
        );
        return ok({ data: found.slice(0, query.limit) });
      },
    },
    snapshot: () => events,
  };
}
