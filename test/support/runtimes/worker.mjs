import { createPortableExtension } from "./extension.mjs";

// A worker may make it before the first request, when neither timers nor random numbers are allowed.
createPortableExtension({});

let extension;

export default {
  fetch(request, env, context) {
    extension ??= createPortableExtension(env);
    return extension.fetch(request, env, context);
  },
};
