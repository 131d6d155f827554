/** A version without its leading v: `v1` and `1` are the same version. A capital V is not removed. */
export function bareVersion(version: string): string {
  // (fact 112)
  return version.replace(/^v(?=\d)/, "");
}

export function isSameVersion(a: string, b: string): boolean {
  return bareVersion(a) === bareVersion(b);
}
