import { ConfigError } from "../base/errors.js";

interface Address {
  readonly host: string;
  readonly port: number;
}

/** A mistake of the address, and the way out of it. */
const mistakes = {
  EADDRINUSE: "it is in use. Stop what listens there, or set PORT (or port) to another.",
  EADDRNOTAVAIL: "this machine has no such address. Set HOST (or host) to one that it has, or to 0.0.0.0 for all.",
  ENOTFOUND: "the host has no address. Set HOST (or host) to an address of this machine, or to 0.0.0.0 for all.",
  // What a resolver that is out of reach says of the same mistake, as in a container without a network.
  EAI_AGAIN: "the host has no address. Set HOST (or host) to an address of this machine, or to 0.0.0.0 for all.",
  EACCES: "this process may not. Set PORT (or port) to one from 1024 on, or grant it the right.",
} as const;

/** The system's own code of why a server cannot listen. */
export type ListenFailureCode = keyof typeof mistakes;

/** The system's own error is the `cause`. */
export type ListenFailure = ConfigError & { readonly code: ListenFailureCode };

function codeOf(cause: unknown): ListenFailureCode | undefined {
  const code = cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined;
  return code !== undefined && Object.hasOwn(mistakes, code) ? (code as ListenFailureCode) : undefined;
}

/** What to throw where a server cannot listen: a mistake of the address as a `ConfigError`, anything else as it is. */
export function listenFailure(cause: unknown, { host, port }: Address): unknown {
  const code = codeOf(cause);
  if (code === undefined) return cause;
  const message = `Cannot listen on ${host}, port ${port}: ${mistakes[code]}`;
  const failure: ListenFailure = Object.assign(new ConfigError(message, { cause }), { code });
  return failure;
}
