import { isJsonObject } from "../base/json.js";
import type { Logger } from "../base/logger.js";
import { textsOf } from "./secret-texts.js";

/** Shorter secrets are not replaced inside a longer text, where they could be part of ordinary words. */
export const shortestInside = 6;
/** Shown in place of a secret. */
export const mask: string = "[redacted]";
const deepest = 6;
const widest = 1_000;
const mostValues = 10_000;

/** The usual ways to write a secret into another text: as it is, in JSON, in a URL. */
function spellings(secret: string): readonly string[] {
  const quoted = JSON.stringify(secret).slice(1, -1);
  try {
    return [secret, quoted, encodeURIComponent(secret)];
  } catch {
    // Half a surrogate pair cannot be in a URL.
    return [secret, quoted];
  }
}

/** The texts to replace, longest first: a secret that contains another one must be replaced as a whole. */
export function secretPatterns(secrets: Iterable<unknown>): readonly string[] {
  const texts = [...secrets].flatMap(textsOf).filter((secret) => secret !== "");
  return [...new Set(texts.flatMap(spellings))].sort((a, b) => b.length - a.length);
}

/** Gives the patterns of what `secrets` lists at the time, which seldom changes between two lines. */
function rememberedPatterns(secrets: () => Iterable<unknown>): () => readonly string[] {
  let known: readonly unknown[] = [];
  let patterns: readonly string[] = [];
  return () => {
    const now = [...secrets()];
    if (now.length !== known.length || now.some((secret, index) => secret !== known[index])) {
      known = now;
      patterns = secretPatterns(now);
    }
    return patterns;
  };
}

function redactText(text: string, patterns: readonly string[]): string {
  let result = text;
  for (const pattern of patterns) {
    if (pattern.length >= shortestInside) result = result.replaceAll(pattern, mask);
    else if (result === pattern) return mask;
  }
  return result;
}

/** Replaces every secret in a text. A secret shorter than 6 characters is replaced only if it is the whole text. */
export function redact(text: string, secrets: Iterable<unknown>): string {
  return redactText(text, secretPatterns(secrets));
}

/** What `toJSON` returns, or else the object itself. */
function plainDataOf(value: object): unknown {
  const { toJSON } = value as { readonly toJSON?: unknown };
  return typeof toJSON === "function" ? toJSON.call(value) : value;
}

/** What a getter or a `toJSON` gives. Its error is not shown, since it may contain secrets. */
function readable(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return "[unreadable]";
  }
}

/**
 * A plain copy of the fields without secrets. Values that are too deep or circular, or that come after the first 10,000, are left
 * out: a walk through objects with many references to each other could block the process for seconds.
 */
function withoutSecrets(fields: object, patterns: readonly string[]): unknown {
  const above = new Set<object>();
  let seen = 0;
  const membersOf = (value: object): unknown => {
    if (value instanceof Error) {
      const cause = readable(() => value.cause);
      return {
        name: inner(readable(() => value.name)),
        message: inner(readable(() => value.message)),
        stack: inner(readable(() => value.stack)),
        ...(cause === undefined ? {} : { cause: inner(cause) }),
      };
    }
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
    if (value instanceof Map || value instanceof Set) return inner([...value]);
    if (Array.isArray(value)) return value.slice(0, widest).map(inner);
    const plain = plainDataOf(value);
    if (!isJsonObject(plain)) return inner(plain);
    const names = Object.keys(plain).slice(0, widest);
    return Object.fromEntries(names.map((name) => [redactText(name, patterns), inner(readable(() => plain[name]))]));
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
    try {
      return membersOf(value);
    } catch {
      // A getter, a `toJSON` or a proxy threw. Its error is not shown, since it may contain secrets.
      return "[unreadable]";
    } finally {
      above.delete(value);
    }
  };
  return inner(fields);
}

/** The fields without secrets. A getter or a `toJSON` may throw, and its error is not shown, since it may contain secrets. */
function redactFields(fields: object, patterns: readonly string[]): object {
  try {
    const safe = withoutSecrets(fields, patterns);
    return isJsonObject(safe) ? safe : { value: safe };
  } catch {
    return { fields: "[unreadable]" };
  }
}

/** A copy without the secrets of what is shown to somebody who is not to see them. */
export function withoutSecretsIn(fields: object, secrets: Iterable<unknown>): object {
  return redactFields(fields, secretPatterns(secrets));
}

/**
 * A logger that replaces secrets; `secrets` is called for each line. Errors become plain data. If the logger itself throws or
 * rejects, the error is dropped: a line that cannot be written must not fail a delivery.
 */
export function redacting(logger: Logger, secrets: () => Iterable<unknown>): Logger {
  const patternsNow = rememberedPatterns(secrets);
  const write = (level: keyof Logger, message: string, fields: object | undefined): void => {
    const patterns = patternsNow();
    const text = redactText(String(message), patterns);
    try {
      const written: unknown =
        fields === undefined ? logger[level](text) : logger[level](text, redactFields(fields, patterns));
      if (written instanceof Promise) written.catch(() => undefined);
    } catch {
      // There is no other place to report this.
    }
  };
  return {
    info: (message, fields) => write("info", message, fields),
    warn: (message, fields) => write("warn", message, fields),
    error: (message, fields) => write("error", message, fields),
  };
}
