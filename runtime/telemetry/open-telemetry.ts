/**
 * The global symbol under which `@opentelemetry/api` 1.x stores its configuration, so that all copies in one process share it.
 * Reading it costs nothing without OpenTelemetry, needs no import that a bundler must resolve, and also finds Deno's own.
 */
const openTelemetryKey = Symbol.for("opentelemetry.js.api.1");

/** What is set up of OpenTelemetry in this process, of which each caller knows its part. Undefined if there is none. */
export function openTelemetry<Part extends object>(): Part | undefined {
  return (globalThis as { readonly [openTelemetryKey]?: Part })[openTelemetryKey];
}
