export interface CatalogEntry {
  readonly name: string;
  readonly description: string;
  readonly fileMatch: readonly string[];
  readonly url: string;
}

export function catalogEntries(manifest: {
  readonly repository?: string | { readonly url: string };
}): Promise<{ readonly entries: readonly CatalogEntry[] } | { readonly refusal: string }>;
