/** Plural nouns in scopes that are also written in the singular; the generator has the same, which a contract test compares. */
const plural = /^(attachment|board|calendar|comment|issue|notification|project|user|workflow)s$/;

/**
 * One spelling for scopes that mean the same: `issues:read`, `issues.read`, `read:issues` and `issue:read`. Sources spell scopes in
 * different ways (fact 580). The generator treats the same spellings as equal; a contract test compares the two.
 */
function normalise(scope: string): string {
  const words = scope.trim().toLowerCase().split(/[:.]/);
  return words
    .map((word) => word.replace(plural, "$1"))
    .sort()
    .join(":");
}

/** The required scopes that are not granted. `*` grants all. */
export function lackingScopes(required: readonly string[], granted: readonly string[]): readonly string[] {
  const normalised = new Set(granted.map(normalise));
  if (normalised.has("*")) return [];
  return required.filter((scope) => !normalised.has(normalise(scope)));
}
