import { defineHandler, notImplemented } from "../generated/events/sla.breach.v1.gen.js";

export default defineHandler((payload, context) => notImplemented(payload, context));
