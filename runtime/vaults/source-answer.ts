import { ConfigError, KiketError, reasonOf } from "../base/errors.js";

const none: readonly string[] = Object.freeze([]);

/** @throws {ConfigError} if it is no list of texts. */
function usable(values: unknown, name: string): readonly string[] {
  if (values === undefined || values === null) return none;
  if (!Array.isArray(values) || values.some((value) => typeof value !== "string")) {
    throw new ConfigError(`the values of ${name} are not a list of texts`);
  }
  // A blank secret is no protection. A blank newest one withdraws the secret.
  const [newest = "", ...older] = (values as string[]).filter((text, index) => index === 0 || text.trim() !== "");
  return newest.trim() === "" ? none : [...new Set([newest, ...older])];
}

/**
 * The live values in what a source answered, by key, without the keys that have none.
 * @throws {ConfigError} if it is not what a source may answer. Nothing of the answer is in the message.
 */
export function valuesIn(
  answer: unknown,
  keys: readonly string[],
  nameOf: (key: string) => string,
): Map<string, readonly string[]> {
  if (!(answer instanceof Map)) throw new ConfigError("its answer is not a Map from names to lists of values");
  const entries = keys.map((key) => [key, usable(answer.get(nameOf(key)), nameOf(key))] as const);
  return new Map(entries.filter(([, values]) => values.length > 0));
}

/** Causes that are deeper are not shown. */
const deepest = 8;

/** What may be told of what a source threw. The parser of JSON quotes what it could not read, and that may be a value. */
export function tellable(thrown: unknown): unknown {
  if (!(thrown instanceof Error)) return new KiketError(reasonOf(thrown));
  if (thrown instanceof SyntaxError) return new KiketError("its answer cannot be parsed");
  let { cause } = thrown;
  for (let depth = 0; depth < deepest && cause instanceof Error && !(cause instanceof SyntaxError); depth += 1) {
    cause = cause.cause;
  }
  if (cause === undefined) return thrown;
  return thrown instanceof ConfigError ? new ConfigError(thrown.message) : new KiketError(thrown.message);
}
