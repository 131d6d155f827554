import { runAdapter } from "kiket-gen/runtime/node";
import { normalizeExtensionRawEvent } from "./generated/adapter.gen.js";

void runAdapter(normalizeExtensionRawEvent);
