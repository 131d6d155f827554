import { commentText, withoutInternal } from "../../base/comment-text.js";

/** Keywords whose texts become comments. */
const texts: ReadonlySet<string> = new Set(["title", "summary", "description"]);
/** Keywords whose values are data, in which the same keys have no such meaning. */
const data: ReadonlySet<string> = new Set(["default", "example", "examples", "enum", "const", "mapping"]);
/** Keywords whose keys are names. */
export const mapKeywords: ReadonlySet<string> = new Set([
  ...["properties", "patternProperties", "$defs", "paths", "pathItems", "callbacks"],
  ...["schemas", "responses", "parameters", "headers", "requestBodies"],
]);

/** An OpenAPI document with its texts as sentences for comments. `named`: the keys of the value are names, not keywords. */
export function withSentences(value: unknown, named = false): unknown {
  if (Array.isArray(value)) return value.map((item) => withSentences(item));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => {
    if (named) return [key, withSentences(item)];
    if (texts.has(key) && typeof item === "string") return [key, commentText(item)];
    return [key, data.has(key) ? item : withSentences(item, mapKeywords.has(key))];
  });
  return Object.fromEntries(entries);
}

/** Escapes what would be a tag in a comment, except the tags of the compiler itself: each is the first word of its line. */
export function withoutForeignTags(source: string): string {
  return source.replace(/\/\*\*[\s\S]*?\*\//g, (comment) =>
    withoutInternal(comment).replace(/(?<!^ *(?:\/\*)?\* )(?<=[\s{])@(?=\S)/gm, "\\@"),
  );
}
