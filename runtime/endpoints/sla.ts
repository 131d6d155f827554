import type { components } from "../api.gen.js";
import type { ApiClient } from "../api-client.js";
import { KiketError } from "../errors.js";
import type { Id } from "../handler.js";
import { type FromWire, fromWire } from "./wire-names.js";

/** Wire contract §2.4; times are RFC 3339. */
export type SlaEvent = FromWire<components["schemas"]["SlaEvent"]>;

export interface SlaEventsQuery {
  readonly issueId?: Id;
  readonly state?: SlaEvent["state"];
  /** Most events returned. */
  readonly limit?: number;
}

export interface SlaEventsEndpoint {
  list(query?: SlaEventsQuery): Promise<SlaEvent[]>;
}

export function createSlaEventsEndpoint(api: ApiClient, project: Id): SlaEventsEndpoint {
  return {
    async list({ issueId, state, limit } = {}) {
      const query = {
        project_id: project,
        ...(issueId === undefined ? {} : { issue_id: issueId }),
        ...(state === undefined ? {} : { state }),
        ...(limit === undefined ? {} : { limit }),
      };
      const { data } = await api.GET("/api/v1/ext/sla/events", { params: { query } });
      if (!Array.isArray(data?.data)) throw new KiketError("Kiket's answer holds no list of SLA events.");
      return data.data.map(fromWire);
    },
  };
}
