import { ConfigError } from "./errors.js";

/** In milliseconds: a timer that is to take longer fires at once. */
const longestTimer = 2 ** 31 - 1;

/** @throws {ConfigError} by the name given, for anything but a whole number of the range. */
export function requireWholeNumber(name: string, value: number, least: number, most: number = longestTimer): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new ConfigError(`${name} must be a whole number from ${least} to ${most}.`);
}
