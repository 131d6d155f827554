const integerPattern = /^-?(?:0|[1-9]\d*)$/;
const numberPattern = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

/**
 * The number that a text is as JSON writes it, so `0x10`, `007`, `+1` and `.5` are none; blanks around it are allowed. The runtime
 * reads the values of settings by the same rule, which a contract test compares.
 */
export function jsonNumber(text: string): number | undefined {
  const value = numberPattern.test(text.trim()) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** The same without a fraction or an exponent; it may be beyond the safe range. */
export function jsonInteger(text: string): number | undefined {
  return integerPattern.test(text.trim()) ? jsonNumber(text) : undefined;
}
