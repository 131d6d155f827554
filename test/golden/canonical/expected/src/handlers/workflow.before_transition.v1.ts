import { defineHandler, notImplemented } from "../generated/events/workflow.before_transition.v1.gen.js";

export default defineHandler((payload, context) => notImplemented(payload, context));
