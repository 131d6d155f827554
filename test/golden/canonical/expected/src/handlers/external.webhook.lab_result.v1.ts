import { defineHandler, notImplemented } from "../generated/events/external.webhook.lab_result.v1.gen.js";

export default defineHandler({ requiredScopes: [] }, async (payload, context) => {
  return notImplemented(payload, context);
});
