/** Converts `due_date` to `dueDate`. */
export function camelCase(name: string): string {
  return name.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** Converts `dueDate` to `due_date` and `sourceURL` to `source_url`. Characters other than letters and digits do not change. */
export function snakeCase(name: string): string {
  return name.replace(/([a-z\d])([A-Z])/g, "$1_$2").toLowerCase();
}
