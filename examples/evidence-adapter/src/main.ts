import { runAdapter } from "kiket-gen/runtime/node";
import { normalizeExtensionRawEvent } from "./adapter.js";

void runAdapter(normalizeExtensionRawEvent);
