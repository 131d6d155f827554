import type { Redis } from "ioredis";
import { ConfigError, reasonOf } from "../../base/errors.js";
import { longestPause, reconnection } from "../../base/redis/reconnection.js";

async function loadClient(): Promise<typeof Redis> {
  try {
    return (await import("ioredis")).Redis;
  } catch (error) {
    throw new ConfigError(
      `The delivery store on Redis needs the package ioredis: npm install ioredis (${reasonOf(error)})`,
    );
  }
}

/** The client of the store itself. */
export interface OwnClient {
  readonly client: Redis;
  /** Called before a call. What it returns ends the connection that has not answered it, so that another one is made. */
  readonly watch: () => () => void;
}

/**
 * A client that connects now, and again whenever the connection is lost. It does not keep the process running: calls that wait do.
 * @param timeout In milliseconds, for one try to connect.
 * @param onTrouble Called when there is no connection, once for each reason until there is one again.
 */
export async function connect(url: string, timeout: number, onTrouble: (error: unknown) => void): Promise<OwnClient> {
  const Client = await loadClient();
  const client = new Client(url, {
    connectionName: "kiket-gen",
    disableClientInfo: true,
    connectTimeout: timeout,
    maxLoadingRetryTime: longestPause,
    ...reconnection,
    // A call is sent again after a reconnection, which changes nothing. The store limits how long it waits, and how many do.
    maxRetriesPerRequest: null,
  });
  let told: string | undefined;
  client.on("error", (error) => {
    const reason = reasonOf(error);
    if (reason !== told) onTrouble(error);
    told = reason;
  });
  client.on("ready", () => {
    told = undefined;
  });
  client.on("connect", () => client.stream.unref());
  client.on("reconnecting", () => {
    const { reconnectTimeout } = client as unknown as { readonly reconnectTimeout: NodeJS.Timeout | null };
    reconnectTimeout?.unref();
  });
  const watch = () => {
    const { stream } = client;
    return (): void => {
      if (client.stream === stream) stream?.destroy();
    };
  };
  return { client, watch };
}
