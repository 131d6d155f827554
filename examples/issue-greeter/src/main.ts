import { serve } from "kiket-gen/runtime/node";
import { createExtension } from "./generated/extension.gen.js";

await serve(createExtension());
