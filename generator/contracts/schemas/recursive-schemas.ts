/** The names of the schemas in an OpenAPI document that use themselves, directly or through others. */
export function recursiveSchemas(document: object): ReadonlySet<string> {
  const { components } = document as { readonly components?: { readonly schemas?: Readonly<Record<string, unknown>> } };
  const references = /"#\/components\/schemas\/([^"/]+)"/g;
  const uses = new Map(
    Object.entries(components?.schemas ?? {}).map(([name, schema]) => {
      return [name, [...JSON.stringify(schema).matchAll(references)].map(([, used = ""]) => used)] as const;
    }),
  );
  const reaches = (from: string, target: string, seen: Set<string>): boolean =>
    (uses.get(from) ?? []).some((used) => {
      if (used === target) return true;
      return !seen.has(used) && reaches(used, target, seen.add(used));
    });
  return new Set([...uses.keys()].filter((name) => reaches(name, name, new Set())));
}

/** Tells whether a type of the document can stand in a `Record`: a type that uses itself cannot. */
export function fitsInRecord(document: object): (type: string) => boolean {
  const recursive = recursiveSchemas(document);
  return (type) => {
    const names = [...type.matchAll(/\b(?:components|paths|operations)\["([^"]*)"\](?:\["([^"\\~%]*)"\])?/g)];
    return names.every(([, group, name]) => group === "schemas" && name !== undefined && !recursive.has(name));
  };
}
