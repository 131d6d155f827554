import { serve } from "../../../dist/runtime/node.js";
import { createPortableExtension } from "./extension.mjs";

const { url } = await serve(createPortableExtension(), { port: 0 });
console.log(url);
