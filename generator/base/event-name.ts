const longest = 200;

/** What `add`, `rename` and the names of schema files take for an event's name. A manifest may hold any other text. */
export function isEventName(text: string): boolean {
  return text.length <= longest && /^[\w-]+(\.[\w-]+)*$/.test(text);
}
