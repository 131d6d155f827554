/** The first and the last line of a merge conflict, from 1. */
export interface Conflict {
  readonly from: number;
  readonly to: number;
}

const marker = /^(?:(<{7}|>{7}|\|{7})(?: .*)?|={7})$/;

/** The conflicts that git left in a text, in the style `merge`, `diff3` or `zdiff3`. */
export function conflictsIn(text: string): readonly Conflict[] {
  if (!text.includes("<<<<<<<")) return [];
  const found: Conflict[] = [];
  let from: number | undefined;
  let isDivided = false;
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    if (!marker.test(line)) continue;
    const [sign] = line;
    if (sign === "<") [from, isDivided] = [index + 1, false];
    else if (sign === "=") isDivided = true;
    else if (sign === ">" && from !== undefined && isDivided) {
      found.push({ from, to: index + 1 });
      from = undefined;
    }
  }
  return found;
}
