/** What is found under a version: as it is spelled, else with a leading `v` added or removed (wire contract A7). */
export function findVersion<T>(version: string, find: (spelling: string) => T | undefined): T | undefined {
  return find(version) ?? find(/^v./.test(version) ? version.slice(1) : `v${version}`);
}
