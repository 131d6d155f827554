import { reaches } from "../../base/reaches.js";

/** The names of the schemas in an OpenAPI document that use themselves, directly or through others. */
function recursiveSchemas(document: object): ReadonlySet<string> {
  const { components } = document as { readonly components?: { readonly schemas?: Readonly<Record<string, unknown>> } };
  const references = /"#\/components\/schemas\/([^"/]+)["/]/g;
  const uses = new Map(
    Object.entries(components?.schemas ?? {}).map(([name, schema]) => {
      return [name, [...JSON.stringify(schema).matchAll(references)].map(([, used = ""]) => used)] as const;
    }),
  );
  return new Set([...uses].flatMap(([name, used]) => (reaches(uses, used, name) ? [name] : [])));
}

/** Tells whether a type of the document can stand in a `Record`: a type that uses itself cannot. */
export function fitsInRecord(document: object): (type: string) => boolean {
  const recursive = recursiveSchemas(document);
  return (type) => {
    const names = [...type.matchAll(/\b(?:components|paths|operations)\["([^"]*)"\](?:\["([^"\\~%]*)"\])?/g)];
    return names.every(([, group, name]) => group === "schemas" && name !== undefined && !recursive.has(name));
  };
}
