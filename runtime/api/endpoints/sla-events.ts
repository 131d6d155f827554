import type { Id } from "../../base/envelope.js";
import { defined } from "../../base/json.js";
import type { components } from "../api.gen.js";
import type { ApiClient } from "../client.js";
import type { CallsOf } from "./calls.js";
import { listIn } from "./read-answer.js";
import { type FromWire, fromWire } from "./wire-names.js";

// As in the API (fact 226).
type WireEvent = components["schemas"]["SlaEvent"];

/** An SLA event of an issue. Times are RFC 3339. */
export type SlaEvent = FromWire<WireEvent>;

/** Which SLA events `list` returns. Default: all of the project. */
export interface SlaEventsQuery {
  readonly issueId?: Id | undefined;
  readonly state?: SlaEvent["state"] | undefined;
  /** Maximum number of events. */
  readonly limit?: number | undefined;
}

// See fact 225.
/** The SLA events of one project. */
export interface SlaEventsEndpoint {
  /** The SLA events of the project. */
  list(query?: SlaEventsQuery): Promise<SlaEvent[]>;
}

const eventsPath = "/api/v1/ext/sla/events";

export const slaEventsCalls: CallsOf<SlaEventsEndpoint> = { list: [`get ${eventsPath}`] };

export function createSlaEventsEndpoint(api: ApiClient, project: Id): SlaEventsEndpoint {
  return {
    async list({ issueId, state, limit } = {}) {
      const query = { project_id: project, ...defined({ issue_id: issueId, state, limit }) };
      const { data } = await api.GET(eventsPath, { params: { query } });
      return listIn<WireEvent>(data, "SLA events").map((event) => fromWire(event));
    },
  };
}
