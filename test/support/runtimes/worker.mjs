import { createPortableExtension } from "./extension.mjs";

// A worker may create the extension before the first request, when timers and random numbers are not allowed.
createPortableExtension({});

let extension;

export default {
  fetch(request, env, context) {
    extension ??= createPortableExtension(env);
    return extension.fetch(request, env, context);
  },
};
