import type { Id } from "../../base/envelope.js";
import { withoutUndefined } from "../../base/json.js";
import type { components } from "../api.gen.js";
import type { ApiClient } from "../client.js";
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

export function createSlaEventsEndpoint(api: ApiClient, project: Id): SlaEventsEndpoint {
  return {
    async list({ issueId, state, limit } = {}) {
      const query = { project_id: project, ...withoutUndefined({ issue_id: issueId, state, limit }) };
      const { data } = await api.GET("/api/v1/ext/sla/events", { params: { query } });
      return listIn<WireEvent>(data, "SLA events").map((event) => fromWire(event));
    },
  };
}
