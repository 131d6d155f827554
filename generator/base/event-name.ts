const longest = 200;

/** Whether `add`, `rename` and the names of schema files accept a text as the name of an event. A manifest may contain any other text. */
export function isEventName(text: string): boolean {
  return text.length <= longest && /^[\w-]+(\.[\w-]+)*$/.test(text);
}
