import { defineHandler, notImplemented } from "../generated/events/ring.v1.gen.js";

export default defineHandler((payload, context) => notImplemented(payload, context));
