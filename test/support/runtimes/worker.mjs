import { createPortableExtension } from "./extension.mjs";

// Before the first request, when timers and random numbers are not allowed. The bindings arrive with it.
export default createPortableExtension();
