import { KiketError } from "../base/errors.js";

function encode(text: string): string | undefined {
  try {
    return encodeURIComponent(text);
  } catch {
    // Half of a surrogate pair has no encoding.
    return undefined;
  }
}

/**
 * Encodes an id as one path segment.
 * @throws {KiketError} for an empty id, half a surrogate pair, and for `.` and `..`, which no encoding keeps from climbing.
 */
export function encodeSegment(name: string, value: unknown): string {
  const text = typeof value === "string" || Number.isFinite(value) ? String(value) : "";
  const segment = text === "." || text === ".." ? undefined : encode(text);
  if (segment === undefined || segment === "") throw new KiketError(`${name} must be an id that can stand in a path.`);
  return segment;
}

/** Fills a path's `{name}` segments, each encoded. */
export function fillPath(template: string, values: Readonly<Record<string, unknown>>): string {
  return template.replace(/\{([^{}]+)\}/g, (_, name: string) => encodeSegment(name, values[name]));
}
