// The extension that is tested on every runtime, from the built package.
import { createExtension, defineHandler } from "../../../dist/runtime/index.js";

/** The text that the runtime's console would print for a value. */
function inspected(value) {
  const { Bun, Deno } = globalThis;
  return (Deno ?? Bun)?.inspect(value) ?? String(value);
}

export function createPortableExtension() {
  const greet = defineHandler({ event: "issue.created", version: "v1" }, async (payload, context) => {
    await context.endpoints.logEvent("issue.greeted");
    const shown = [context, context.auth, context.payloadSecrets].map(
      (value) => inspected(value) + JSON.stringify(value),
    );
    return {
      title: payload.issue.title,
      secret: context.secret("api.key"),
      greeting: context.settings.GREETING,
      isTokenShown: shown.join().includes(context.auth.runtimeToken),
    };
  });
  return createExtension({
    handlers: [greet],
    extensionId: "com.example.portable",
    settingDefinitions: { GREETING: { type: "string", default: "Hello", defaultFrom: "DEFAULT_GREETING" } },
    secretDefinitions: { "api.key": { required: "extension.yaml:7" } },
  });
}
