/** `dueDate` and `sourceURL` to `due_date` and `source_url`; characters other than letters and digits stay as they are. */
export function snakeCase(name: string): string {
  return name.replace(/([a-z\d])([A-Z])/g, "$1_$2").toLowerCase();
}
