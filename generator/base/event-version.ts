/** A version without its leading v: `v1` and `1` are one version (wire contract A7), a capital V is part of another one. */
export function bareVersion(version: string): string {
  return version.replace(/^v(?=\d)/, "");
}

export function isSameVersion(a: string, b: string): boolean {
  return bareVersion(a) === bareVersion(b);
}
