import { showInvisible } from "../base/invisible-characters.js";

function shownExcept(text: string, kept: RegExp): string {
  const parts = text.split(kept);
  return parts.map((part, index) => (index % 2 === 0 ? showInvisible(part) : part)).join("");
}

/** Lines of text that cannot control the terminal: invisible characters are shown, except tabs and line ends. */
export function shownText(text: string): string {
  return shownExcept(text, /(\r?\n|\t)/);
}

/** The same for text that contains colours of a `Style`. */
export function shownInColours(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours start with it
  return shownExcept(text, /(\r?\n|\t|\u001b\[(?:1|2|22|31|32|33|39)m)/);
}
