/** Whether one of the names is the target, or uses it directly or through others. */
export function reaches(
  uses: ReadonlyMap<string, readonly string[]>,
  from: readonly string[],
  target: string,
): boolean {
  // What is added during the loop is visited too.
  const seen = new Set(from);
  for (const name of seen) {
    if (name === target) return true;
    for (const used of uses.get(name) ?? []) seen.add(used);
  }
  return false;
}
