import { defineHandler, notImplemented } from "../generated/events/moon.rose.v1.gen.js";

export default defineHandler((payload, context) => notImplemented(payload, context));
