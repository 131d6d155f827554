/** A text as a pattern that finds just this text. */
export function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** Finds a text in others; upper and lower case are the same. Undefined for a text without letters or other signs. */
export function textFinder(text: string): RegExp | undefined {
  const wanted = text.trim();
  return wanted === "" ? undefined : new RegExp(literally(wanted), "giu");
}

/** Whether it finds something. */
export function finds(finder: RegExp, text: string): boolean {
  // Unlike `test`, this remembers no place.
  return text.search(finder) !== -1;
}
