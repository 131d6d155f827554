/**
 * Characters that a reader does not see, or that change the order in which text is shown. A reviewer cannot judge text that
 * contains them, so generated files and the terminal never get them raw. The list is fixed, because the classes of JavaScript grow
 * with each Unicode version. It covers what editors warn of, and does not touch letters and marks that are visible.
 */

/** Controls of C0 and C1, line and paragraph separators, spaces other than U+0020, and blank characters of other scripts. */
const blank = "\\u0000-\\u001f\\u007f-\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u2800\\u3000";

/** Zero width, directions, joiners, fillers, variation selectors, tags, and lone surrogates. */
const hidden =
  "\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ud800-\\udfff" +
  "\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffc\\ufffe\\uffff\\u{13430}-\\u{1343f}\\u{1bca0}-\\u{1bca3}\\u{1d159}\\u{1d173}-\\u{1d17a}" +
  "\\u{e0000}-\\u{e0fff}";

const anyBlank = new RegExp(`[${blank}]`, "gu");
const anyHidden = new RegExp(`[${hidden}]`, "gu");
const anyInvisible = new RegExp(`[${blank}${hidden}]`, "gu");
const lineBreak = /\r\n|[\n\r\u0085\u2028\u2029]/g;

/** Whether a text contains an invisible character; a line break is one. */
export function hasInvisible(text: string): boolean {
  return text.search(anyInvisible) >= 0;
}

/** Replaces each invisible character, also line breaks and tabs. */
export function replaceInvisible(text: string, replace: (character: string) => string): string {
  return text.replace(anyInvisible, replace);
}

function unitEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Source text or JSON with `\u200b` in place of each invisible character except line feeds. The values of its literals stay the same. */
export function escapeInvisible(source: string): string {
  return replaceInvisible(source, (character) =>
    character === "\n" ? "\n" : character.split("").map(unitEscape).join(""),
  );
}

/** A value as JSON without raw invisible characters, indented by `indent` spaces if given. */
export function jsonText(value: unknown, indent?: number): string {
  return escapeInvisible(JSON.stringify(value, undefined, indent));
}

/** Text for one line of a message, with `\u{200b}` in place of each invisible character. */
export function showInvisible(text: string): string {
  return replaceInvisible(text, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Lines of text for a comment: a blank character becomes a space, the other invisible ones are left out. */
export function visibleLines(text: string): string[] {
  const lines = text.split(lineBreak);
  return lines.map((line) => line.replace(anyHidden, "").replace(anyBlank, " ").trimEnd());
}
