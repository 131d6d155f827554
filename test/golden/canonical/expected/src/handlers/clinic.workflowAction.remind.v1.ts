import { defineHandler, notImplemented } from "../generated/events/clinic.workflowAction.remind.v1.gen.js";

export default defineHandler((payload, context) => notImplemented(payload, context));
