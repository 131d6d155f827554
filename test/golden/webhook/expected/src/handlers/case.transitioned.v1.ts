import { defineHandler, notImplemented } from "../generated/events/case.transitioned.v1.gen.js";

export default defineHandler((payload, context) => notImplemented(payload, context));
