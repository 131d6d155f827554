import type { Style } from "./report.js";
import { shownText } from "./shown-text.js";

function painted(line: string, style: Style): string {
  if (line.startsWith("+")) return style.green(line);
  if (line.startsWith("-")) return style.red(line);
  return line.startsWith("@@") ? style.dim(line) : line;
}

/** Names of the two sides of a diff, for headers where the paths are not enough. */
export interface Sides {
  readonly before: string;
  readonly after: string;
}

/** A unified diff of one file, which may be renamed to `target`. Empty text means that there is no file. */
export async function formatPatch(
  path: string,
  before: string,
  after: string,
  style: Style,
  target: string = path,
  sides?: Sides,
): Promise<string> {
  const { createTwoFilesPatch } = await import("diff");
  const [from, to] = [before === "" ? "/dev/null" : path, after === "" ? "/dev/null" : target];
  const patch = createTwoFilesPatch(from, to, before, after, sides?.before, sides?.after, { context: 3 });
  const lines = shownText(patch)
    .split("\n")
    .filter((line) => !/^(=+$|Index: )/.test(line));
  return lines.map((line) => painted(line, style)).join("\n");
}
