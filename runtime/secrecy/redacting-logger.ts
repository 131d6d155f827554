import { isJsonObject } from "../base/json.js";
import type { Logger } from "../base/logger.js";

/** Inside a longer text, shorter values would blank out ordinary words. */
const shortestInside = 6;
/** Stands for what is kept out. */
export const mask: string = "[redacted]";
const deepest = 6;
const widest = 1_000;
const mostValues = 10_000;

/** The ways in which one text is usually written into another one. */
function spellings(secret: string): readonly string[] {
  const quoted = JSON.stringify(secret).slice(1, -1);
  try {
    return [secret, quoted, encodeURIComponent(secret)];
  } catch {
    // Half a surrogate pair stands in no URL.
    return [secret, quoted];
  }
}

/** Longest first, or a secret that holds another one would leave its rest behind. */
function patternsOf(secrets: Iterable<string | undefined>): readonly string[] {
  const given = [...secrets].filter((secret) => secret !== undefined && secret !== "");
  return [...new Set(given.flatMap((secret) => spellings(secret as string)))].sort((a, b) => b.length - a.length);
}

function redactText(text: string, patterns: readonly string[]): string {
  let result = text;
  for (const pattern of patterns) {
    if (pattern.length >= shortestInside) result = result.replaceAll(pattern, mask);
    else if (result === pattern) return mask;
  }
  return result;
}

/** Replaces every secret in a text; one shorter than 6 characters only where it is the whole text. */
export function redact(text: string, secrets: Iterable<string | undefined>): string {
  return redactText(text, patternsOf(secrets));
}

function withoutLogic(value: object): unknown {
  const { toJSON } = value as { readonly toJSON?: unknown };
  return typeof toJSON === "function" ? toJSON.call(value) : Object.fromEntries(Object.entries(value));
}

/**
 * Plain data that shows what a value shows, without secrets. What is too deep, stands in itself, or comes after the first
 * 10,000 values is left out: objects that refer to each other would be looked through for seconds, and nothing else would run.
 */
function withoutSecrets(fields: object, patterns: readonly string[]): unknown {
  const above = new Set<object>();
  let seen = 0;
  const membersOf = (value: object): unknown => {
    if (value instanceof Error) {
      const { name, message, stack, cause } = value;
      return {
        name: inner(name),
        message: inner(message),
        stack: inner(stack),
        ...(cause === undefined ? {} : { cause: inner(cause) }),
      };
    }
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
    if (value instanceof Map || value instanceof Set) return inner([...value]);
    if (Array.isArray(value)) return value.slice(0, widest).map(inner);
    const plain = withoutLogic(value);
    if (!isJsonObject(plain)) return inner(plain);
    const entries = Object.entries(plain).slice(0, widest);
    return Object.fromEntries(entries.map(([key, item]) => [redactText(key, patterns), inner(item)]));
  };
  const inner = (value: unknown): unknown => {
    seen += 1;
    if (seen > mostValues) return "[left out]";
    if (typeof value === "string") return redactText(value, patterns);
    if (typeof value === "number") return patterns.includes(String(value)) ? mask : value;
    if (typeof value === "bigint" || typeof value === "symbol") return redactText(String(value), patterns);
    if (typeof value === "function") return "[function]";
    if (typeof value !== "object" || value === null) return value;
    if (above.has(value)) return "[circular]";
    if (above.size >= deepest) return "[too deep]";
    above.add(value);
    const members = membersOf(value);
    above.delete(value);
    return members;
  };
  return inner(fields);
}

/** A getter or a `toJSON` of somebody else's may throw, and an error's text may hold what is to be kept out. */
function redactFields(fields: object, patterns: readonly string[]): object {
  try {
    const safe = withoutSecrets(fields, patterns);
    return isJsonObject(safe) ? safe : { value: safe };
  } catch {
    return { fields: "[unreadable]" };
  }
}

/**
 * A logger that never passes on one of the secrets, asked for at the time of each line. Errors become plain data. What the
 * logger itself throws or rejects with is dropped: a line that cannot be written must not fail a delivery.
 */
export function redacting(logger: Logger, secrets: () => Iterable<string | undefined>): Logger {
  const write = (level: keyof Logger, message: string, fields: object | undefined): void => {
    const patterns = patternsOf(secrets());
    const text = redactText(String(message), patterns);
    try {
      const written: unknown =
        fields === undefined ? logger[level](text) : logger[level](text, redactFields(fields, patterns));
      if (written instanceof Promise) written.catch(() => undefined);
    } catch {
      // Nowhere is left to say so.
    }
  };
  return {
    info: (message, fields) => write("info", message, fields),
    warn: (message, fields) => write("warn", message, fields),
    error: (message, fields) => write("error", message, fields),
  };
}
