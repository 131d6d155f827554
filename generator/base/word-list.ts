/** Whether a word is in a list. */
export function isOneOf<const Word extends string>(words: readonly Word[], word: string | undefined): word is Word {
  return words.some((own) => own === word);
}

/** `a, b and c` */
export function inWords(items: readonly string[]): string {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** `a, b and 3 more` */
export function firstInWords(items: readonly string[], most: number): string {
  const rest = items.length - most;
  return items.slice(0, most).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

/** `a, b or c` */
export function anyOf(words: readonly string[]): string {
  return [words.slice(0, -1).join(", "), ...words.slice(-1)].filter((part) => part !== "").join(" or ");
}
