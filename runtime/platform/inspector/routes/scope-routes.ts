import { answered, type InspectorRoute } from "./route.js";

/** The scopes that are declared, granted and used. */
export const scopeRoutes: readonly InspectorRoute[] = [
  { method: "GET", path: "/api/scopes", answer: async (backend) => answered(await backend.scopes()) },
];
