import { KiketError } from "../base/errors.js";

/** A path segment, encoded. Undefined for an empty string, `.`, `..` and half a surrogate pair, which cannot be one segment. */
export function encodeSegment(text: string): string | undefined {
  if (text === "" || text === "." || text === "..") return undefined;
  try {
    return encodeURIComponent(text);
  } catch {
    // Half a surrogate pair cannot be encoded.
    return undefined;
  }
}

/**
 * Fills the `{name}` segments of a path with encoded values.
 * @throws {KiketError} if a value cannot be one segment. For example, `..` would lead to another path.
 */
export function fillPath(template: string, values: Readonly<Record<string, unknown>>): string {
  return template.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const value = values[name];
    const segment = typeof value === "string" || Number.isFinite(value) ? encodeSegment(String(value)) : undefined;
    if (segment === undefined) throw new KiketError(`${name} must be an id that can be used as a path segment.`);
    return segment;
  });
}
