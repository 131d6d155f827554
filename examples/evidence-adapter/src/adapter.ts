import { createAdapter } from "./generated/adapter.gen.js";

/** Kiket's runners call this function with every raw event. */
export const normalizeExtensionRawEvent = createAdapter();
