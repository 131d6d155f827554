import { defineHandler, notImplemented } from "../generated/events/issue.created.v1.gen.js";

export default defineHandler((payload, context) => notImplemented(payload, context));
