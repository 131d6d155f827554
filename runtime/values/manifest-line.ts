/** A character that continues a name, or a reference such as `env.NAME`. */
const partOfName = /[\w.-]/;

function names(line: string, key: string): boolean {
  const code = line.replace(/(^|\s)#.*$/, "");
  for (let start = code.indexOf(key); start >= 0; start = code.indexOf(key, start + 1)) {
    const before = code.charAt(start - 1);
    const after = code.charAt(start + key.length);
    if (!partOfName.test(before) && !partOfName.test(after)) return true;
  }
  return false;
}

/**
 * `file:line` of the first line in the manifest that contains the key. Only the file if it cannot be read, for example in an
 * image that has the built program only. The line is not in generated code, where it would change with every line above it.
 */
export function manifestLine(file: string, key: string, readText: (path: string) => string | undefined): string {
  const lines = readText(file)?.split("\n") ?? [];
  const index = lines.findIndex((line) => names(line, key));
  return index < 0 ? file : `${file}:${index + 1}`;
}
