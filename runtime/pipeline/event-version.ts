/** Looks up a version as it is written, then with a leading `v` added or removed. */
export function findVersion<T>(version: string, find: (spelling: string) => T | undefined): T | undefined {
  // The SDKs do not agree whether `1` and `v1` are the same version (fact 112).
  return find(version) ?? find(/^v./.test(version) ? version.slice(1) : `v${version}`);
}
