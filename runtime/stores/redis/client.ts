import type { Redis } from "ioredis";
import { ConfigError, reasonOf } from "../../base/errors.js";

async function loadClient(): Promise<typeof Redis> {
  try {
    return (await import("ioredis")).Redis;
  } catch (error) {
    throw new ConfigError(
      `The delivery store on Redis needs the package ioredis: npm install ioredis (${reasonOf(error)})`,
    );
  }
}

/** The longest pause before the next try to connect, in milliseconds. */
const longestPause = 500;

/**
 * A client that connects now, and again whenever the connection is lost. It does not keep the process running: calls that wait do.
 * @param timeout In milliseconds, for one try to connect.
 */
export async function connect(url: string, timeout: number, onError: (error: unknown) => void): Promise<Redis> {
  const Client = await loadClient();
  const client = new Client(url, {
    connectionName: "kiket-gen",
    disableClientInfo: true,
    connectTimeout: timeout,
    maxLoadingRetryTime: longestPause,
    retryStrategy: (times) => Math.min(50 * times, longestPause),
    // A primary that has become a replica: its name may lead to the new primary by now.
    reconnectOnError: ({ message }) => message.startsWith("READONLY"),
    // A call is sent again after a reconnection, which changes nothing. The store limits how long it waits, and how many do.
    maxRetriesPerRequest: null,
  });
  client.on("error", onError);
  client.on("connect", () => client.stream.unref());
  client.on("reconnecting", () => {
    const { reconnectTimeout } = client as unknown as { readonly reconnectTimeout: NodeJS.Timeout | null };
    reconnectTimeout?.unref();
  });
  return client;
}
