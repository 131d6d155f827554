/** Part of a longer name or of a reference such as `env.NAME`. */
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
 * `file:line` of the first line of a manifest that names the key; the file alone where it cannot be read, as in an image that
 * holds the built program only. Looked up here, for a line in generated code would change with every line added above it.
 */
export function manifestLine(file: string, key: string, readText: (path: string) => string | undefined): string {
  const lines = readText(file)?.split("\n") ?? [];
  const index = lines.findIndex((line) => names(line, key));
  return index < 0 ? file : `${file}:${index + 1}`;
}
