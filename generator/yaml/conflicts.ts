/** The first and the last line of a merge conflict, from 1. */
export interface Conflict {
  readonly from: number;
  readonly to: number;
}

const marker = /^(?:([<>|])\1{6}(?: .*)?|={7})$/;

/**
 * The conflicts that git left in a text, in the style `merge`, `diff3` or `zdiff3`. One of which the first or the last line was
 * deleted is one too.
 */
export function conflictsIn(text: string): readonly Conflict[] {
  if (!/<{7}|>{7}/.test(text)) return [];
  const found: Conflict[] = [];
  /** The lines of the markers since the last conflict. */
  let lines: number[] = [];
  let hasStart = false;
  const finish = () => {
    const [from, to = from] = [lines[0], lines.at(-1)];
    if (from !== undefined && to !== undefined) found.push({ from, to });
    [lines, hasStart] = [[], false];
  };
  for (const [index, line] of text.split(/\r\n|\n|\r/).entries()) {
    if (!marker.test(line)) continue;
    if (line.startsWith("<")) {
      if (hasStart) finish();
      [lines, hasStart] = [[], true];
    }
    lines.push(index + 1);
    if (line.startsWith(">")) finish();
  }
  if (hasStart) finish();
  return found;
}

/** The text as each of the two sides of its conflicts has it. */
export function sidesOf(text: string): readonly [ours: string, theirs: string] {
  const sides: readonly [string[], string[]] = [[], []];
  let within = ">";
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (marker.test(line)) {
      within = line.charAt(0);
      continue;
    }
    if (within === "<" || within === ">") sides[0].push(line);
    if (within === "=" || within === ">") sides[1].push(line);
  }
  return [sides[0].join("\n"), sides[1].join("\n")];
}
