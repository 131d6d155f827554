/** One word of a command that a user copies into a POSIX shell, whatever the text is. */
export function shellWord(text: string): string {
  return /^[\w./-][\w./=-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
