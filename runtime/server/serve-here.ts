import type { Extension } from "./extension.js";
import { openListener } from "./listener.js";
import { endOnSignals } from "./program.js";
import type { RunningServer, ServeOptions } from "./serve-options.js";

/**
 * Serves an extension in this process.
 * @throws {ConfigError} as `serve` does.
 */
export async function serveHere(extension: Extension, options: ServeOptions): Promise<RunningServer> {
  const { url, server, close } = await openListener(extension, options);
  const forgetSignals = options.signals === false ? () => undefined : endOnSignals(close);
  extension.log.info("listening", { url, handlers: extension.events.length });
  return {
    url,
    server,
    async close() {
      await close();
      forgetSignals();
    },
  };
}
