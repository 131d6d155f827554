import { distance } from "fastest-levenshtein";

/** A name that nobody mistypes is not worth the comparison. */
const longest = 80;
const most = 200;

/** The same for names that differ only in case and punctuation. */
export function fold(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

function tolerance(length: number): number {
  return length < 3 ? 0 : length < 5 ? 1 : length < 10 ? 2 : 3;
}

/**
 * The candidate that a name was probably meant to be; the first of several equally near ones. Looks at 200 candidates, so
 * that a file with thousands of mistakes is no burden.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > longest) return undefined;
  const folded = fold(name);
  const initial = name.charAt(0).toLowerCase();
  let found: string | undefined;
  let least = tolerance(name.length) + 1;
  let looked = 0;
  for (const candidate of candidates) {
    looked += 1;
    if (looked > most) break;
    if (candidate === name || Math.abs(candidate.length - name.length) > 3) continue;
    const alike = candidate.charAt(0).toLowerCase() === initial && fold(candidate) === folded;
    const apart = alike ? 0 : distance(name, candidate);
    if (apart >= least || apart >= candidate.length) continue;
    least = apart;
    found = candidate;
  }
  return found;
}

/** A hint that names it, or else the hint given. */
export function didYouMean(name: string, candidates: Iterable<string>, otherwise?: string): string | undefined {
  const candidate = nearest(name, candidates);
  return candidate === undefined ? otherwise : `did you mean \`${candidate}\`?`;
}
