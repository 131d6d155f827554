/** The nouns of the API's scopes that have a singular form. */
const plural = /^(board|comment|issue|workflow)s$/;

/**
 * One spelling for all: `issues:read`, `issues.read`, `read:issues` and `issue:read` are the same scope to this platform, since
 * the evidence spells each scope in several ways (manifest-and-events §1.5, X2). The generator says of the same ones that a
 * manifest declares what a call needs, which a contract test compares.
 */
function normalise(scope: string): string {
  const words = scope.trim().toLowerCase().split(/[:.]/);
  return words
    .map((word) => word.replace(plural, "$1"))
    .sort()
    .join(":");
}

/** The scopes of `required` that `granted` lacks; `*` grants all. */
export function lackingScopes(required: readonly string[], granted: readonly string[]): readonly string[] {
  if (granted.includes("*")) return [];
  const held = new Set(granted.map(normalise));
  return required.filter((scope) => !held.has(normalise(scope)));
}
