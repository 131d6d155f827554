/** Beside the generated files, and committed with them. */
export const lockName = "kiket-gen.lock.json";

export function lockPathIn({ out }: { readonly out: string }): string {
  return `${out}/${lockName}`;
}
