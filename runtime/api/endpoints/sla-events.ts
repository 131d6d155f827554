import type { Id } from "../../base/envelope.js";
import { defined } from "../../base/json.js";
import type { components } from "../api.gen.js";
import type { ApiClient } from "../client.js";
import type { CallsOf } from "./calls.js";
import { listIn } from "./read-answer.js";
import { type FromWire, fromWire } from "./wire-names.js";

type WireEvent = components["schemas"]["SlaEvent"];

/** Wire contract §2.4; times are RFC 3339. */
export type SlaEvent = FromWire<WireEvent>;

export interface SlaEventsQuery {
  readonly issueId?: Id | undefined;
  readonly state?: SlaEvent["state"] | undefined;
  /** Most events returned. */
  readonly limit?: number | undefined;
}

export interface SlaEventsEndpoint {
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
