/**
 * Where the commands of the templates, and the tools of the targets, have secrets in a project, as lines of `.gitignore`. From the root, where more
 * than one name would fit: `secrets.*` would be `src/secrets.ts` too.
 */
export const localSecrets: readonly string[] = [
  ".env",
  ".dev.vars*",
  ".wrangler/",
  "/secrets/",
  "/secrets.env",
  "/secrets.json",
];

const plain = (line: string): string => line.trim().replace(/^\/|\/$/g, "");

/** Those that a `.gitignore` does not have. */
export function missingIn(gitignore: string): readonly string[] {
  const lines = new Set(gitignore.split("\n").map(plain));
  return localSecrets.filter((line) => !lines.has(plain(line)));
}
