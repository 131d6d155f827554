import type { Redis } from "ioredis";
import { reasonOf } from "../../base/errors.js";
import { missingPackage } from "../../base/package/missing-package.js";
import { longestPause, reconnection } from "../../base/redis/reconnection.js";

async function loadClient(): Promise<typeof Redis> {
  try {
    return (await import("ioredis")).Redis;
  } catch (cause) {
    throw missingPackage("The delivery store on Redis needs", ["ioredis"], cause);
  }
}

/** Of a server that drops connections for ever new reasons, this many are told. */
const mostReasons = 10;

/** The client of the store itself. */
export interface OwnClient {
  readonly client: Redis;
  /** Called before a call. What it returns ends the connection if nothing has come from it since, so that another one is made. */
  readonly watch: () => () => void;
  readonly end: () => void;
}

/**
 * A client that connects now, and again whenever the connection is lost. It does not keep the process running: calls that wait do.
 * @param timeout In milliseconds, for one try to connect.
 * @param onTrouble Called when there is no connection, once for each reason until there is one again.
 * @param onBack Called when there is one again, if `onTrouble` was.
 */
export async function connect(
  url: string,
  timeout: number,
  onTrouble: (error: unknown) => void,
  onBack: () => void,
): Promise<OwnClient> {
  const Client = await loadClient();
  const client = new Client(url, {
    connectionName: "kiket-gen",
    disableClientInfo: true,
    connectTimeout: timeout,
    maxLoadingRetryTime: longestPause,
    ...reconnection,
    // Once for each connection, not for each answer.
    reconnectOnError: (error): boolean => reconnection.reconnectOnError(error) && client.stream.writable,
    // A call is sent again after a reconnection, which changes nothing. The store limits how long it waits, and how many do.
    maxRetriesPerRequest: null,
  });
  const told = new Set<string>();
  let isReady = false;
  let isGivenUp = false;
  const tell = (error: Error): void => {
    const reason = reasonOf(error);
    if (told.has(reason) || told.size >= mostReasons) return;
    told.add(reason);
    onTrouble(error);
  };
  const onClose = (): void => {
    // A server that closes is no error of the connection: without this, nothing would say why there is none.
    if (!isReady && !isGivenUp && told.size === 0) {
      tell(new Error("it closes each connection. If it wants TLS, the address starts with rediss://"));
    }
    isReady = false;
    isGivenUp = false;
  };
  client.on("error", tell);
  client.on("close", onClose);
  client.on("ready", () => {
    if (told.size > 0) onBack();
    told.clear();
    isReady = true;
  });
  client.on("connect", () => client.stream.unref());
  client.on("reconnecting", () => {
    const { reconnectTimeout } = client as unknown as { readonly reconnectTimeout: NodeJS.Timeout | null };
    reconnectTimeout?.unref();
  });
  const watch = () => {
    const { stream } = client;
    const read = stream?.bytesRead;
    return (): void => {
      // A connection that still answers earlier calls is only slow. Another one would send all of them again.
      if (stream === undefined || client.stream !== stream || stream.bytesRead !== read) return;
      isGivenUp = true;
      stream.destroy();
    };
  };
  const end = (): void => {
    client.off("close", onClose);
    client.disconnect();
  };
  return { client, watch, end };
}
