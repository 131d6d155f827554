import { isJsonObject } from "./json.js";
import type { Logger } from "./logger.js";

/** Shorter values would blank out ordinary words. */
const shortestSecret = 6;
const mask = "[redacted]";
const deepest = 6;

/** Replaces every secret in a text; secrets shorter than 6 characters are left alone. */
export function redact(text: string, secrets: Iterable<string | undefined>): string {
  let result = text;
  for (const secret of secrets) {
    if (secret !== undefined && secret.length >= shortestSecret) result = result.replaceAll(secret, mask);
  }
  return result;
}

function redactValue(value: unknown, secrets: readonly (string | undefined)[], depth: number): unknown {
  if (typeof value === "string") return redact(value, secrets);
  if (depth >= deepest || typeof value !== "object" || value === null) return value;
  const inner = (item: unknown): unknown => redactValue(item, secrets, depth + 1);
  if (value instanceof Error) return { name: value.name, message: inner(value.message), stack: inner(value.stack) };
  if (Array.isArray(value)) return value.map(inner);
  if (!isJsonObject(value)) return value;
  if (typeof value.toJSON === "function") return inner(value.toJSON());
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inner(item)]));
}

/** A logger that never passes on one of the secrets; they are asked for at the time of each line. */
export function redacting(logger: Logger, secrets: () => Iterable<string | undefined>): Logger {
  const write = (level: keyof Logger, message: string, fields: object | undefined): void => {
    const known = [...secrets()];
    const safe = fields === undefined ? undefined : redactValue(fields, known, 0);
    logger[level](redact(message, known), isJsonObject(safe) ? safe : undefined);
  };
  return {
    info: (message, fields) => write("info", message, fields),
    warn: (message, fields) => write("warn", message, fields),
    error: (message, fields) => write("error", message, fields),
  };
}
