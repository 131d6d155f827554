import { type Environment, processEnvironment } from "../base/process.js";
import { trimmedText } from "../base/text.js";
import { requireWholeNumber } from "../base/whole-number.js";

/** Where a server listens. */
export interface AddressOptions {
  /** The port; 0 means any free one. Default: `PORT` in the environment, else 8000. */
  readonly port?: number | undefined;
  /** The address to listen at; `0.0.0.0` is every one of this machine. Default: `HOST` in the environment, else 127.0.0.1. */
  readonly host?: string | undefined;
  /** The variables of the environment. Default: `process.env`. */
  readonly env?: Environment | undefined;
}

/** What users set to choose an address. */
export interface AddressNames {
  /** Stands before `port` and `host` in the names of the options. */
  readonly option: string;
  /** Stands before `PORT` and `HOST` in the names of the variables. */
  readonly variable: string;
  readonly defaultPort: number;
}

export const extensionAddress: AddressNames = { option: "", variable: "", defaultPort: 8000 };

/** The port is that of OpenTelemetry's exporters for Prometheus too. */
export const metricsAddress: AddressNames = { option: "metrics.", variable: "KIKET_METRICS_", defaultPort: 9464 };

/** A variable of the environment, without blanks; undefined if it is not set. */
export function addressVariable(
  { env }: Pick<AddressOptions, "env">,
  { variable }: AddressNames,
  part: "PORT" | "HOST",
): string | undefined {
  return trimmedText((env ?? processEnvironment())[variable + part]);
}

/**
 * The address to listen on.
 * @throws {ConfigError} if the port is invalid.
 */
export function resolveAddress(
  options: AddressOptions,
  names: AddressNames = extensionAddress,
): { readonly port: number; readonly host: string } {
  const { option, variable, defaultPort } = names;
  const port = options.port ?? Number(addressVariable(options, names, "PORT") ?? defaultPort);
  return {
    port: requireWholeNumber(`${option}port (or ${variable}PORT)`, port, 0, 65_535),
    host: trimmedText(options.host) ?? addressVariable(options, names, "HOST") ?? "127.0.0.1",
  };
}
