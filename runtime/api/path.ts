import { KiketError } from "../base/errors.js";

/** One segment of a path, encoded; undefined for nothing, half a surrogate pair, `.` and `..`, which no encoding makes one. */
export function encodeSegment(text: string): string | undefined {
  if (text === "" || text === "." || text === "..") return undefined;
  try {
    return encodeURIComponent(text);
  } catch {
    // Half of a surrogate pair has no encoding.
    return undefined;
  }
}

/**
 * Fills a path's `{name}` segments, each encoded.
 * @throws {KiketError} for an id that cannot be a segment: one that is `..` would climb.
 */
export function fillPath(template: string, values: Readonly<Record<string, unknown>>): string {
  return template.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const value = values[name];
    const segment = typeof value === "string" || Number.isFinite(value) ? encodeSegment(String(value)) : undefined;
    if (segment === undefined) throw new KiketError(`${name} must be an id that can stand in a path.`);
    return segment;
  });
}
