import { type AddressInfo, createServer } from "node:net";
import { UsageError } from "../base/usage-error.js";

/** Where the parts of `dev` listen if nobody says. The local Kiket takes the port after the inspector's. */
export const usualPorts = { inspector: 4848, kiket: 4849, extension: 8000 } as const;

const highestPort = 65_535;

/** The port of 127.0.0.1 if nobody listens on it; undefined if somebody does. Rejects with the error of the system if it must not be used. */
export function triedPort(port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(undefined) : reject(error),
    );
    server.listen(port, "127.0.0.1", () => {
      const { port: given } = server.address() as AddressInfo;
      server.close(() => resolve(given));
    });
  });
}

/** The first port of 127.0.0.1 from this one that nobody listens on; any one for 0. Throws the error of the system if it must not be used. */
export async function freePort(first: number): Promise<number> {
  for (let port = first; port < highestPort; port += 1) {
    const free = await triedPort(port);
    if (free !== undefined) return free;
  }
  return first;
}

/** A port that somebody has written; undefined if it is none. */
export function parsePort(text: string): number | undefined {
  const port = /^\s*\d{1,5}\s*$/.test(text) ? Number(text) : Number.NaN;
  return port <= highestPort ? port : undefined;
}

/** The port that an option names. Throws a `UsageError` if it is none, or 0, which would be any. */
export function requirePort(option: string, text: string): number {
  const port = parsePort(text) ?? 0;
  if (port === 0) throw new UsageError(`${option} takes a number between 1 and 65535, not "${text}"`);
  return port;
}
