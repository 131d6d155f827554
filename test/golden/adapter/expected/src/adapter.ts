import { normalizeExtensionRawEvent } from "./generated/adapter.gen.js";

export { normalizeExtensionRawEvent };
