/** The trimmed text of an option, a variable or a header; undefined if nothing is left. */
export function trimmedText(text: string | null | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === "" ? undefined : trimmed;
}
