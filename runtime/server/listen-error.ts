import { ConfigError } from "../base/errors.js";

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Errors that a wrong address causes, and how to fix them. */
const explanations = {
  EADDRINUSE: "the port is in use. Stop the program that uses it, or set PORT (or port) to another port.",
  EADDRNOTAVAIL:
    "this machine does not have the address. Set HOST (or host) to one of its addresses, or to 0.0.0.0 for all.",
  ENOTFOUND:
    "the host name cannot be resolved. Set HOST (or host) to an address of this machine, or to 0.0.0.0 for all.",
  // The same mistake without a reachable DNS server, for example in a container without a network.
  EAI_AGAIN:
    "the host name cannot be resolved. Set HOST (or host) to an address of this machine, or to 0.0.0.0 for all.",
  EACCES: "permission denied. Set PORT (or port) to a number from 1024, or give this process the permission.",
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
export function listenFailure(cause: unknown, { host, port }: Address): unknown {
  const code = codeOf(cause);
  if (code === undefined) return cause;
  const message = `Cannot listen on ${host}, port ${port}: ${explanations[code]}`;
  const failure: ListenFailure = Object.assign(new ConfigError(message, { cause }), { code });
  return failure;
}
