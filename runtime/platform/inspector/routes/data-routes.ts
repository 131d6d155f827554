import { requireDataEdit, requireDataReset } from "./request-shape.js";
import { answered, answeredIfFound, type InspectorRoute } from "./route.js";

/** The data of the local Kiket. */
export const dataRoutes: readonly InspectorRoute[] = [
  { method: "GET", path: "/api/data", answer: ({ data }) => answered({ collections: data.collections() }) },
  {
    method: "GET",
    path: "/api/data/*",
    query: ["search"],
    answer: ({ data }, [id = ""], _, query) =>
      answeredIfFound(
        data.rows(id, query.get("search") ?? undefined),
        "There is no such collection",
        "GET /api/data lists them.",
      ),
  },
  {
    method: "POST",
    path: "/api/edits",
    answer: async ({ data }, _, readBody) => answered(data.edit(requireDataEdit(await readBody()))),
  },
  {
    method: "POST",
    path: "/api/reset",
    answer: async ({ data }, _, readBody) => {
      data.reset(requireDataReset(await readBody()).seed);
      return answered({});
    },
  },
];
