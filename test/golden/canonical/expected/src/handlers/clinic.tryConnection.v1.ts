import { defineHandler, notImplemented } from "../generated/events/clinic.tryConnection.v1.gen.js";

export default defineHandler((payload, context) => notImplemented(payload, context));
