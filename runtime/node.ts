import type { Server } from "node:http";
import { serve as listen } from "srvx/node";
import { resolveAddress, type ServeOptions } from "./config.js";
import type { Extension } from "./extension.js";

export type { ServeOptions } from "./config.js";

/** A listening extension. */
export interface RunningServer {
  /** Where it listens, without a trailing slash. */
  readonly url: string;
  /** Stops listening, closes the extension, and waits until the last response is sent. */
  close(): Promise<void>;
}

const sweepMilliseconds = 20;

/** A kept-alive connection that is idle would hold the server open until it times out. */
async function closeServer(server: Server, closeExtension: () => Promise<void>): Promise<void> {
  const closed = new Promise<void>((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
  });
  await closeExtension();
  const sweep = setInterval(() => server.closeIdleConnections(), sweepMilliseconds);
  try {
    await closed;
  } finally {
    clearInterval(sweep);
  }
}

/**
 * Serves an extension over HTTP with Node.
 * @throws {ConfigError} where the port is no port; the system's own error where it cannot listen.
 */
export async function serve(extension: Extension, options: ServeOptions = {}): Promise<RunningServer> {
  const { port, host } = resolveAddress(options);
  const server = listen({
    fetch: (request) => extension.fetch(request),
    port,
    hostname: host,
    silent: true,
    gracefulShutdown: false,
    manual: true,
  });
  await server.serve();
  const node = server.node?.server as Server;
  let closing: Promise<void> | undefined;
  return {
    url: (server.url ?? `http://${host}:${port}`).replace(/\/$/, ""),
    close: () => {
      closing ??= closeServer(node, () => extension.close());
      return closing;
    },
  };
}
