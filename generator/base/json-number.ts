const integerPattern = /^-?(?:0|[1-9]\d*)$/;
const numberPattern = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

/**
 * Reads a number in JSON syntax: `0x10`, `007`, `+1` and `.5` are not numbers; spaces around it are allowed. The runtime reads the
 * values of settings by the same rule; a contract test compares the two.
 */
export function jsonNumber(text: string): number | undefined {
  const value = numberPattern.test(text.trim()) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** Like `jsonNumber`, without a fraction or an exponent. The value can be outside the range of safe integers. */
export function jsonInteger(text: string): number | undefined {
  return integerPattern.test(text.trim()) ? jsonNumber(text) : undefined;
}
