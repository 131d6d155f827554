import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type ListenAddress, listenFailure } from "./listen-error.js";

function urlOf({ address, port, family }: AddressInfo): string {
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}

/**
 * Resolves, when the server listens, to its address without a trailing slash.
 * @throws {ListenFailure} if it cannot listen because of its address.
 */
export function listenAt(server: Server, address: ListenAddress): Promise<string> {
  return new Promise((resolve, reject) => {
    const onError = (cause: Error): void => reject(listenFailure(cause, address));
    server.once("error", onError).listen(address.port, address.host, () => {
      server.off("error", onError);
      resolve(urlOf(server.address() as AddressInfo));
    });
  });
}
