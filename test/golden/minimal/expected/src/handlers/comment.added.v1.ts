import { defineHandler, notImplemented } from "../generated/events/comment.added.v1.gen.js";

export default defineHandler({ requiredScopes: [] }, async (payload, context) => {
  return notImplemented(payload, context);
});
