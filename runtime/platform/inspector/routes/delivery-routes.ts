import type { InspectorBackend, SchemaComparison } from "../backend.js";
import type { DeliveryRecord } from "../delivery-record.js";
import { requireCheckRequest, requireReplayRequest, requireSendRequest } from "./request-shape.js";
import { answered, answeredIfFound, type InspectorRoute } from "./route.js";

const noDelivery = "There is no delivery with this id";
const mayBeRemoved = "Older ones may have been removed.";

/** The payload stays here: it may be large, and the page has it already. */
function comparisonOf(backend: InspectorBackend, { event, version, payload }: DeliveryRecord): SchemaComparison {
  const hasSchema = backend.event(event, version)?.schema !== undefined;
  return { hasSchema, problems: hasSchema ? backend.check(event, version, payload) : [] };
}

/** State, deliveries and events. */
export const deliveryRoutes: readonly InspectorRoute[] = [
  { method: "GET", path: "/api/launch", answer: ({ launchId }) => answered({ launchId }) },
  { method: "GET", path: "/api/state", answer: (backend) => answered(backend.state()) },
  { method: "GET", path: "/api/deliveries", answer: (backend) => answered({ deliveries: backend.deliveries() }) },
  {
    method: "POST",
    path: "/api/deliveries",
    answer: async (backend, _, readBody) => ({
      status: 201,
      body: await backend.send(requireSendRequest(await readBody())),
    }),
  },
  {
    method: "GET",
    path: "/api/deliveries/*",
    answer: (backend, [id = ""]) => answeredIfFound(backend.delivery(id), noDelivery, mayBeRemoved),
  },
  {
    method: "GET",
    path: "/api/deliveries/*/trigger",
    answer: (backend, [id = ""]) => {
      const command = backend.triggerCommand(id);
      return answeredIfFound(command === undefined ? undefined : { command }, noDelivery, mayBeRemoved);
    },
  },
  {
    method: "GET",
    path: "/api/search",
    // In the query, because "." and ".." as a part of a path lead elsewhere.
    query: ["text"],
    answer: (backend, _, __, query) => answered({ hits: backend.search(query.get("text") ?? "") }),
  },
  {
    method: "GET",
    path: "/api/deliveries/*/problems",
    answer: (backend, [id = ""]) => {
      const record = backend.delivery(id);
      return answeredIfFound(record && comparisonOf(backend, record), noDelivery, mayBeRemoved);
    },
  },
  {
    method: "POST",
    path: "/api/replays",
    answer: async (backend, _, readBody) => ({
      status: 201,
      body: await backend.replay(requireReplayRequest(await readBody())),
    }),
  },
  {
    method: "GET",
    path: "/api/events/*/*",
    answer: (backend, [name = "", version = ""]) =>
      answeredIfFound(
        backend.event(name, version),
        "The project does not handle this event",
        "GET /api/state lists its events.",
      ),
  },
  {
    method: "POST",
    path: "/api/check",
    answer: async (backend, _, readBody) => {
      const { event, version, payload } = requireCheckRequest(await readBody());
      return answered({ problems: backend.check(event, version, payload) });
    },
  },
];
