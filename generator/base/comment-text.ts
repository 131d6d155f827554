/** Turns texts of a manifest or a schema into sentences for comments: editors show the text as the author wrote it, and no part of it as a tag. */

import { jsonText, visibleLines } from "./invisible-characters.js";

/** Longer texts stand as paragraphs of their own. */
const longestLine = 100;

/** Number of characters that can close brackets, quotes and emphasis at the end of a text. */
const longestClosing = 20;
const closers = /["'`*_)\]}>»”’」』）】》〉\s]+$/u;
const ended = /[.!?:;,…–—。．！？：；、，｡؟۔।॥։።-]$/u;
const ideograph = /[\u3040-\u30ff\u3400-\u9fff]$/u;
/** A line whose end has a meaning in Markdown, or where no sentence ends: a list item, a heading, a quote, a table, a fence. */
const structure = /^(?: {4}|\s*(?:[-*+>|#]|\d+[.)]\s|```|~~~))/;

/** With a full stop, unless the text ends with punctuation. */
function sentence(text: string): string {
  const last = text.slice(text.lastIndexOf("\n") + 1);
  if (last !== text && structure.test(last)) return text;
  const spoken = text.slice(-longestClosing).replace(closers, "");
  if (spoken === "" || ended.test(spoken)) return text;
  return `${text}${ideograph.test(spoken) ? "。" : "."}`;
}

/** Applies `change` outside code spans and fences. Backticks without a partner are escaped, so that they find none in text that follows. */
function outsideCode(text: string, change: (plain: string) => string): string {
  const parts = text.split(/((?<!\\)`+)/);
  let changed = "";
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index] ?? "";
    const end = part.startsWith("`") ? parts.indexOf(part, index + 1) : -1;
    if (end > 0) changed += parts.slice(index, end + 1).join("");
    else changed += part.startsWith("`") ? part.replaceAll("`", "\\`") : change(part);
    index = Math.max(index, end);
  }
  return changed;
}

/** With `stripInternal`, TypeScript drops a declaration whose comment contains "@internal" anywhere. Editors show the same text. */
export function withoutInternal(comment: string): string {
  return comment.replaceAll("@internal", "&#64;internal");
}

/**
 * Text that cannot end a comment and contains no tags: TypeScript takes `@` for the start of a tag at the start of a line and after
 * a space, even in code, and HTML would not be shown.
 */
function harmless(text: string): string {
  return withoutInternal(outsideCode(text, (plain) => plain.replace(/(?<!\\)<(?=[A-Za-z/!?])/g, "\\<")))
    .replace(/(?<=^|[\s{])@(?=\S)/gm, "\\@")
    .replaceAll("*/", "*\\/");
}

/** One text for a comment, as sentences; empty if nothing of it is visible. Its lines and blank lines stay. */
export function commentText(text: string): string {
  const lines = visibleLines(text)
    .join("\n")
    .replace(/\n{3,}/g, "\n\n");
  return harmless(sentence(lines.trim()));
}

/** Equal for a label and a description that differ only in case and punctuation. */
function keyOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[\s.!:。]+/gu, " ")
    .trim();
}

/**
 * The lines of a comment, from its texts in order. Short texts are sentences on one line; otherwise each is a paragraph. A text that
 * repeats an earlier one is left out.
 */
export function commentLines(texts: readonly (string | undefined)[]): string[] {
  const seen = new Set<string>();
  const all = texts.map((text) => commentText(text ?? "")).filter((text) => text !== "");
  const distinct = all.filter((text) => seen.size < seen.add(keyOf(text)).size);
  const line = distinct.join(" ");
  if (!line.includes("\n") && line.length <= longestLine) return line === "" ? [] : [line];
  return distinct.join("\n\n").split("\n");
}

/** A value in a sentence: as JSON in a code span. */
export function valueInText(value: unknown): string {
  return `\`${jsonText(value).replaceAll("`", "\\u0060")}\``;
}
