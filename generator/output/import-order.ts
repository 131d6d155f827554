// The order of imports that Biome's import sorting asks for, so that it has nothing to change. ESLint and oxlint ask for none.

const symbols = "/._-$";

/** A number as one part, every other character as a part of its own. */
function partsOf(text: string): readonly string[] {
  return text.match(/\d+|\D/g) ?? [];
}

/** Symbols, then numbers, then letters. */
function classOf(part: string): number {
  return symbols.includes(part) ? 0 : /^\d/.test(part) ? 1 : 2;
}

function byCode(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function folded(part: string): string {
  return /^[A-Z]$/.test(part) ? part.toLowerCase() : part;
}

function compareParts(a: string, b: string): number {
  const [kind, other] = [classOf(a), classOf(b)];
  if (kind !== other) return kind - other;
  if (kind === 0) return symbols.indexOf(a) - symbols.indexOf(b);
  if (kind === 1) return a.length - b.length || byCode(a, b);
  return byCode(folded(a), folded(b)) || byCode(a, b);
}

/** Natural order: `A` < `a` < `B`, and `v9` < `v10`. */
export function compareNaturally(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (const [index, part] of left.entries()) {
    const difference = compareParts(part, right[index] ?? "");
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** Packages, then parent folders, then the file's own folder. */
function distanceOf(specifier: string): number {
  return specifier.startsWith("../") ? 1 : specifier.startsWith("./") ? 2 : 0;
}

export function compareSpecifiers(a: string, b: string): number {
  return distanceOf(a) - distanceOf(b) || compareNaturally(a, b);
}
