/** A text as an option, a variable or a header gives it: without the blanks around it, and absent where it is blank. */
export function trimmedText(text: string | null | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === "" ? undefined : trimmed;
}
