/**
 * Characters that a reader does not see, or that change the order or the place in which a terminal shows text: controls, line
 * separators, directions, and characters without width. JSON already escapes those below a space.
 */
const blank = "\\u0000-\\u001f\\u007f-\\u00a0\\u2028-\\u202f\\u205f";
const hidden =
  "\\u00ad\\u061c\\u180e\\u200b-\\u200f\\u2060-\\u206f\\u3164\\ud800-\\udfff\\ufeff\\ufff9-\\ufffb\\u{e0000}-\\u{e0fff}";
/** Most text is ASCII, where the class above need not be searched. */
const unusual = /[^\x20-\x7e]/;
const invisible = new RegExp(`[${blank}${hidden}]`, "gu");

function unitEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Text with `\u009b` in place of each invisible character. JSON keeps its meaning. */
export function escapeInvisible(text: string): string {
  if (!unusual.test(text)) return text;
  return text.replace(invisible, (character) => character.split("").map(unitEscape).join(""));
}

/** Text of unknown origin for one line of a log: without invisible characters, and at most `most` characters and three dots long. */
export function shownText(text: string, most: number): string {
  return escapeInvisible(text.length <= most ? text : `${text.slice(0, most)}...`);
}
