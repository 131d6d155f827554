import { ConfigError } from "./errors.js";

/** In milliseconds: a longer timer would fire at once. */
const longestTimer = 2 ** 31 - 1;

/** @throws {ConfigError} if the value is not a whole number in the range. The message contains the name. */
export function requireWholeNumber(name: string, value: number, least: number, most: number = longestTimer): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new ConfigError(`${name} must be a whole number from ${least} to ${most}.`);
}
