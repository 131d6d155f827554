import { run } from "kiket-gen/runtime/node";
import { createExtension } from "./generated/extension.gen.js";

void run(() => createExtension());
