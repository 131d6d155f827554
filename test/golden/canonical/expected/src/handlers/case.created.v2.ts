import { defineHandler, notImplemented } from "../generated/events/case.created.v2.gen.js";

export default defineHandler({ requiredScopes: [] }, async (payload, context) => {
  return notImplemented(payload, context);
});
