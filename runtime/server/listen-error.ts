import { ConfigError } from "../base/errors.js";
import { type AddressNames, extensionAddress } from "./listen-address.js";

/** Where a server is to listen. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** What somebody sets to change them. Default: what is set for the extension. */
  readonly names?: AddressNames;
}

/** Errors that a wrong address causes, and how to fix them. `HOST` and `PORT` stand for what is to be set. */
const explanations = {
  EADDRINUSE: "the port is in use. Stop the program that uses it, or set PORT to another port.",
  EADDRNOTAVAIL: "this machine does not have the address. Set HOST to one of its addresses, or to 0.0.0.0 for all.",
  ENOTFOUND: "the host name cannot be resolved. Set HOST to an address of this machine, or to 0.0.0.0 for all.",
  // The same mistake without a reachable DNS server, for example in a container without a network.
  EAI_AGAIN: "the host name cannot be resolved. Set HOST to an address of this machine, or to 0.0.0.0 for all.",
  EACCES: "permission denied. Set PORT to a number from 1024, or give this process the permission.",
} as const;

/** The system's error code when a server cannot listen. */
export type ListenFailureCode = keyof typeof explanations;

/** A server cannot listen because of its address. `cause` is the system's error. */
export type ListenFailure = ConfigError & { readonly code: ListenFailureCode };

function codeOf(cause: unknown): ListenFailureCode | undefined {
  const code = cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined;
  return code !== undefined && Object.hasOwn(explanations, code) ? (code as ListenFailureCode) : undefined;
}

/** The error to throw when a server cannot listen: a `ConfigError` if the address is wrong, else the system's error. */
export function listenFailure(cause: unknown, { host, port, names = extensionAddress }: ListenAddress): unknown {
  const code = codeOf(cause);
  if (code === undefined) return cause;
  const { option, variable } = names;
  const explanation = explanations[code]
    .replace("HOST", `${variable}HOST (or ${option}host)`)
    .replace("PORT", `${variable}PORT (or ${option}port)`);
  const message = `Cannot listen on ${host}, port ${port}: ${explanation}`;
  const failure: ListenFailure = Object.assign(new ConfigError(message, { cause }), { code });
  return failure;
}
