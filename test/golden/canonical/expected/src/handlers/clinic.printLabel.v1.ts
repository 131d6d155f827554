import { defineHandler, notImplemented } from "../generated/events/clinic.printLabel.v1.gen.js";

export default defineHandler((payload, context) => notImplemented(payload, context));
