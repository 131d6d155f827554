import { distance } from "fastest-levenshtein";

/** A longer name is not compared. */
const longestName = 80;
const mostCandidates = 200;

/** Names that differ only in case and punctuation become the same text. */
export function fold(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

function tolerance(length: number): number {
  return length < 3 ? 0 : length < 5 ? 1 : length < 10 ? 2 : 3;
}

/** How far a candidate is from a name; `undefined` if it is too far to be meant. */
function distanceTo(name: string, folded: string, candidate: string): number | undefined {
  if (candidate === name || Math.abs(candidate.length - name.length) > 3) return undefined;
  const initial = name.charAt(0).toLowerCase();
  const alike = candidate.charAt(0).toLowerCase() === initial && fold(candidate) === folded;
  const apart = alike ? 0 : distance(name, candidate);
  return apart > tolerance(name.length) || apart >= candidate.length ? undefined : apart;
}

/**
 * The candidates that are similar to a name, the most similar first. At most 200 candidates are compared, so that a file with
 * thousands of mistakes does not take long.
 */
function similar(name: string, candidates: Iterable<string>): string[] {
  if (name.length > longestName) return [];
  const folded = fold(name);
  const found: { candidate: string; apart: number }[] = [];
  let looked = 0;
  for (const candidate of candidates) {
    looked += 1;
    if (looked > mostCandidates) break;
    const apart = distanceTo(name, folded, candidate);
    if (apart !== undefined) found.push({ candidate, apart });
  }
  return found.sort((a, b) => a.apart - b.apart).map(({ candidate }) => candidate);
}

/** The candidate that is most similar to a name; if several are equally similar, the first. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  return similar(name, candidates)[0];
}

/** The shortest beginning of a word that names it. */
const shortestStart = 3;

/** All words of a command line that may have been meant: those that are similar, and those that begin with the given one. */
export function meantWords(word: string, words: readonly string[]): string[] {
  const begun = word.length < shortestStart ? [] : words.filter((candidate) => candidate.startsWith(word));
  return [...new Set([...similar(word, words), ...begun])];
}

/** The hint "did you mean …?", or `otherwise` if no candidate is similar. */
export function didYouMean(name: string, candidates: Iterable<string>, otherwise?: string): string | undefined {
  const candidate = nearest(name, candidates);
  return candidate === undefined ? otherwise : `did you mean \`${candidate}\`?`;
}

/** How many edits two parts of this length may differ by and still be one word mistyped. `task` and `case` are two words. */
function slipTolerance(length: number): number {
  return length < 3 ? 0 : length < 10 ? 1 : 2;
}

/** Edits between two words, where two exchanged neighbours count as one. */
function edits(a: string, b: string): number {
  const apart = distance(a, b);
  if (apart !== 2 || a.length !== b.length) return apart;
  const at = [...a].findIndex((letter, index) => letter !== b[index]);
  return a[at] === b[at + 1] && a[at + 1] === b[at] ? 1 : apart;
}

function isSlip(name: string, known: string): boolean {
  if (fold(name) === fold(known)) return true;
  const [parts, others] = [name.split("."), known.split(".")];
  return (
    parts.length === others.length &&
    parts.every((part, index) => {
      const other = others[index] ?? "";
      const tolerance = slipTolerance(Math.min(part.length, other.length));
      return Math.abs(part.length - other.length) <= tolerance && edits(part, other) <= tolerance;
    })
  );
}

/**
 * The known dotted name of which this one is surely a mistyped form: each part differs by a letter at most, or two in a long part.
 * Stricter than `nearest`, because it stops a command. Undefined for a known name.
 */
export function slipOf(name: string, known: ReadonlySet<string>): string | undefined {
  if (name.length > longestName || known.has(name)) return undefined;
  return [...known].find((candidate) => isSlip(name, candidate));
}
