import { defineHandler, notImplemented } from "../generated/events/case.updatd.v1.gen.js";

export default defineHandler((payload, context) => notImplemented(payload, context));
