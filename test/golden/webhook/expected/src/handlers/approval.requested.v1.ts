import { defineHandler, notImplemented } from "../generated/events/approval.requested.v1.gen.js";

export default defineHandler((payload, context) => notImplemented(payload, context));
