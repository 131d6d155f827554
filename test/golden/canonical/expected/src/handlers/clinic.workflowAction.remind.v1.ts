import { defineHandler, notImplemented } from "../generated/events/clinic.workflowAction.remind.v1.gen.js";

export default defineHandler({ requiredScopes: [] }, async (payload, context) => {
  return notImplemented(payload, context);
});
