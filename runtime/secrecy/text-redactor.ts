import { encodedForms } from "./encoded-secrets.js";
import { mask, secretPatterns, shortestInside } from "./redacting-logger.js";

/** Patterns by their length, the longest first. */
type ByLength = ReadonlyMap<number, ReadonlySet<string>>;

/** Patterns by their first characters. */
function indexOf(patterns: readonly string[]): ReadonlyMap<string, ByLength> {
  const index = new Map<string, Map<number, Set<string>>>();
  for (const pattern of patterns) {
    const start = pattern.slice(0, shortestInside);
    const lengths = index.get(start) ?? new Map<number, Set<string>>();
    const equal = lengths.get(pattern.length) ?? new Set();
    index.set(start, lengths.set(pattern.length, equal.add(pattern)));
  }
  return index;
}

/** The length of the longest pattern that the text has at this place; 0 if there is none. */
function lengthAt(text: string, at: number, index: ReadonlyMap<string, ByLength>): number {
  for (const [length, patterns] of index.get(text.slice(at, at + shortestInside)) ?? []) {
    if (patterns.has(text.slice(at, at + length))) return length;
  }
  return 0;
}

/**
 * Replaces every secret in the texts that it is given. A secret shorter than 6 characters is replaced only if it is the whole text. The
 * time hardly depends on the number of secrets, of which the payload of a third party may have thousands. Of secrets that overlap, no
 * part is left. Secrets are replaced in base64 too, which log lines are not searched for.
 */
export function textRedactor(secrets: Iterable<unknown>): (text: string) => string {
  const known = secretPatterns(secrets);
  const patterns = [...known, ...known.flatMap(encodedForms)].sort((a, b) => b.length - a.length);
  const short = new Set(patterns.filter((pattern) => pattern.length < shortestInside));
  const index = indexOf(patterns.filter((pattern) => pattern.length >= shortestInside));
  return (text) => {
    if (short.has(text)) return mask;
    let result = "";
    let done = 0;
    let end = 0;
    for (let at = 0; at + shortestInside <= text.length; at += 1) {
      const length = lengthAt(text, at, index);
      if (length === 0) continue;
      if (at >= end) {
        if (end > 0) result += mask;
        result += text.slice(done, at);
        done = at;
      }
      end = Math.max(end, at + length);
      done = end;
    }
    return end === 0 ? text : `${result}${mask}${text.slice(end)}`;
  };
}
