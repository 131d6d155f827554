import { defineHandler, notImplemented } from "../generated/events/case.created.v2.gen.js";

export default defineHandler((payload, context) => notImplemented(payload, context));
