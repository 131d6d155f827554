import { type Environment, processEnvironment } from "../base/process.js";
import { trimmedText } from "../base/text.js";
import { requireWholeNumber } from "../base/whole-number.js";

export interface AddressOptions {
  /** 0 means any free port. Default: `PORT` in the environment, else 8000. */
  readonly port?: number | undefined;
  /** Default: `HOST` in the environment, else 127.0.0.1. */
  readonly host?: string | undefined;
  /** Default: `process.env`. */
  readonly env?: Environment | undefined;
}

const defaultPort = 8000;
const defaultHost = "127.0.0.1";

/**
 * The address to listen on.
 * @throws {ConfigError} if the port is invalid.
 */
export function resolveAddress(options: AddressOptions): { readonly port: number; readonly host: string } {
  const env = options.env ?? processEnvironment();
  const fromEnvironment = trimmedText(env.PORT);
  const port = options.port ?? (fromEnvironment === undefined ? defaultPort : Number(fromEnvironment));
  return {
    port: requireWholeNumber("port (or PORT)", port, 0, 65_535),
    host: trimmedText(options.host) ?? trimmedText(env.HOST) ?? defaultHost,
  };
}
