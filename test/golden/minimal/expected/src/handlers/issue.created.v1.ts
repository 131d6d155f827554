import { defineHandler, notImplemented } from "../generated/events/issue.created.v1.gen.js";

export default defineHandler({ requiredScopes: [] }, async (payload, context) => {
  return notImplemented(payload, context);
});
