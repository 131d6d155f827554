import { defineHandler, notImplemented } from "../generated/events/comment.added.v1.gen.js";

export default defineHandler((payload, context) => notImplemented(payload, context));
