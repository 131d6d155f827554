import type { Extension } from "./extension.js";
import { resolveAddress } from "./listen-address.js";
import { type Listener, openListener } from "./listener.js";
import { beginMetrics } from "./metrics/begin-metrics.js";
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
  const closeMetrics = await beginMetrics(extension, options, resolveAddress(options).port);
  const listener = await openListener(extension, options).catch(async (error: unknown) => {
    await closeMetrics();
    throw error;
  });
  const close = async (): Promise<boolean> => {
    const isWhole = await listener.close();
    await closeMetrics();
    return isWhole;
  };
  const running = runningServer(listener, close, options);
  extension.log.info("listening", { url: running.url, handlers: extension.events.length });
  return running;
}
