/** Keywords whose values are data: there, keys such as `$ref` and `discriminator` have no meaning. */
const data: ReadonlySet<string> = new Set(["default", "example", "examples", "enum", "const"]);

/** Whether the value of a keyword is data of the user's, or of another tool. */
export function isData(keyword: string): boolean {
  return data.has(keyword) || keyword.startsWith("x-");
}

/** Keywords whose keys are names. */
export const mapKeywords: ReadonlySet<string> = new Set([
  ...["properties", "patternProperties", "dependentSchemas", "$defs", "paths", "pathItems", "webhooks", "callbacks"],
  ...["schemas", "responses", "parameters", "headers", "requestBodies", "content", "links", "securitySchemes"],
  "mapping",
]);

/** An object of a document: keywords, not names. */
export type Keywords = Readonly<Record<string, unknown>>;

/** A copy of a document, in which `change` has changed each object whose keys are keywords. */
export function withKeywords(document: unknown, change: (keywords: Keywords) => Keywords, named = false): unknown {
  if (Array.isArray(document)) return document.map((item) => withKeywords(item, change));
  if (typeof document !== "object" || document === null) return document;
  const entries = Object.entries(named ? document : change({ ...document })).map(([key, value]) => {
    if (!named && isData(key)) return [key, value];
    return [key, withKeywords(value, change, !named && mapKeywords.has(key))];
  });
  return Object.fromEntries(entries);
}

/** The type compiler reads values of `type: object` as schemas, and a `const` that is null as none. */
function withLiterals(keywords: Keywords): Keywords {
  const { const: constant, ...others } = keywords;
  if (constant === undefined && !Array.isArray(keywords.enum)) return keywords;
  const { type, properties, additionalProperties, patternProperties, ...more } = others;
  const kept = type === undefined || type === "object" ? more : { type, ...more };
  return constant === undefined ? kept : { ...kept, ...(constant === null ? { enum: [null] } : { const: constant }) };
}

/** The type compiler closes an object that has patterns, although keys that match none may have any value. */
function withOpenPatterns(keywords: Keywords): Keywords {
  const { patternProperties, ...others } = keywords;
  if (patternProperties === undefined || keywords.additionalProperties === false) return keywords;
  if (keywords.properties !== undefined) return others;
  return typeof keywords.additionalProperties === "object" ? keywords : { ...others, additionalProperties: true };
}

/** The document with the keywords that say the same in the way that the type compiler understands. */
export function withPlainKeywords(document: unknown): unknown {
  return withKeywords(document, (keywords) => withOpenPatterns(withLiterals(keywords)));
}

/** Does something with the document while its data is not in it: `work` may change keywords, and the data is put back. */
export function withoutData<T>(document: object, work: () => T): T {
  const hidden: (() => void)[] = [];
  const hide = (value: unknown, named: boolean): void => {
    if (typeof value !== "object" || value === null) return;
    if (Array.isArray(value)) for (const item of value) hide(item, false);
    if (Array.isArray(value)) return;
    const keywords = value as Record<string, unknown>;
    for (const [key, item] of Object.entries(keywords)) {
      if (named || !isData(key)) hide(item, !named && mapKeywords.has(key));
      else {
        keywords[key] = undefined;
        hidden.push(() => {
          keywords[key] = item;
        });
      }
    }
  };
  hide(document, false);
  const result = work();
  for (const putBack of hidden) putBack();
  return result;
}
