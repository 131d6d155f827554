import type { Extension } from "./extension.js";
import { type Listener, openListener } from "./listener.js";
import { endOnSignals } from "./program.js";
import type { RunningServer, ServeOptions } from "./serve-options.js";

/** A listener as a program sees it. `close` closes it: when the program asks for that, and at signals unless an option forbids it. */
export function runningServer(
  { url, server }: Pick<Listener, "url" | "server">,
  close: () => Promise<boolean>,
  { signals }: Pick<ServeOptions, "signals">,
): RunningServer {
  const forgetSignals = signals === false ? () => undefined : endOnSignals(close);
  return {
    url,
    server,
    async close() {
      await close();
      forgetSignals();
    },
  };
}

/**
 * Serves an extension in this process.
 * @throws {ConfigError} as `serve` does.
 */
export async function serveHere(extension: Extension, options: ServeOptions): Promise<RunningServer> {
  const listener = await openListener(extension, options);
  const running = runningServer(listener, listener.close, options);
  extension.log.info("listening", { url: running.url, handlers: extension.events.length });
  return running;
}
