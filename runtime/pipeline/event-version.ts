/** Looks up a version as it is written, then with one leading `v` added or removed. */
export function findVersion<T>(version: string, find: (spelling: string) => T | undefined): T | undefined {
  // The SDKs do not agree whether `1` and `v1` are the same version (fact 112).
  const found = find(version);
  if (found !== undefined) return found;
  if (!version.startsWith("v")) return find(`v${version}`);
  // `vv1` is a slip of the pen, not a spelling of `v1`.
  return /^v[^v]/.test(version) ? find(version.slice(1)) : undefined;
}
