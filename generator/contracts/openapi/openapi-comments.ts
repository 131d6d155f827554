import { commentText, withoutInternal } from "../../base/comment-text.js";
import { withKeywords } from "./openapi-keywords.js";

/** Keywords whose texts become comments. */
const texts: ReadonlySet<string> = new Set(["title", "summary", "description"]);
/** An OpenAPI document with its texts as sentences for comments. */
export function withSentences(document: unknown): unknown {
  return withKeywords(document, (keywords) => {
    const entries = Object.entries(keywords).map(([key, value]) => {
      return [key, texts.has(key) && typeof value === "string" ? commentText(value) : value];
    });
    return Object.fromEntries(entries);
  });
}

/** Escapes what would be a tag in a comment, except the tags of the compiler itself: each is the first word of its line. */
export function withoutForeignTags(source: string): string {
  return source.replace(/\/\*\*[\s\S]*?\*\//g, (comment) =>
    withoutInternal(comment).replace(/(?<!^ *(?:\/\*)?\* )(?<=[\s{])@(?=\S)/gm, "\\@"),
  );
}
