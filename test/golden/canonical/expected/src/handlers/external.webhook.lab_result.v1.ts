import { defineHandler, notImplemented } from "../generated/events/external.webhook.lab_result.v1.gen.js";

export default defineHandler((payload, context) => notImplemented(payload, context));
