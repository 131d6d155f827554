/**
 * One spelling for all: `issues:read`, `issues.read` and `read:issues` are the same scope to this platform, since the
 * evidence spells each scope in several ways (manifest-and-events §1.5, X2).
 */
function normalise(scope: string): string {
  return scope.toLowerCase().split(/[:.]/).sort().join(":");
}

/** The scopes of `required` that `granted` lacks; `*` grants all. */
export function lackingScopes(required: readonly string[], granted: readonly string[]): readonly string[] {
  if (granted.includes("*")) return [];
  const held = new Set(granted.map(normalise));
  return required.filter((scope) => !held.has(normalise(scope)));
}
