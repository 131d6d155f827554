/** Milliseconds since 1970, as `Date.now`. */
export type Clock = () => number;

/** RFC 3339 in UTC, without a fraction where there is none: `2026-03-02T08:25:04Z`. */
export function timestamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(".000Z", "Z");
}
