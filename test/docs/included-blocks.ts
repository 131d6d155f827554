/** A block of a page that must equal a file of the repository, and does not name one that can be read. */
export interface IncludeProblem {
  /** The line of the page, from 1. */
  readonly line: number;
  readonly message: string;
}

export interface IncludedPage {
  /** The page with each block as the file has it now. A block with a problem stays as it is. */
  readonly text: string;
  readonly problems: readonly IncludeProblem[];
}

/** The files of the repository, by path with "/" separators; `undefined` where there is none. */
export type ReadFile = (path: string) => string | undefined;

const included = /^(```\w+(?: \S+)? from=([^\s#]+)(?:#(\S+))?\n)([\s\S]*?)^```$/gm;
/** A line that begins or ends a region, in a comment of TypeScript, YAML or a shell. */
const marker = /^[ \t]*(?:\/\/|#) #(?:end)?region(?: .*)?$/;

/** The lines between `#region name` and `#endregion name`, moved to the left. */
function regionOf(lines: readonly string[], name: string): readonly string[] | undefined {
  const named = (word: string) => (line: string) => marker.test(line) && line.trimEnd().endsWith(` #${word} ${name}`);
  const start = lines.findIndex(named("region"));
  const end = lines.findIndex(named("endregion"));
  if (start === -1 || end <= start) return undefined;
  const inside = lines.slice(start + 1, end);
  const indents = inside.filter((line) => line.trim() !== "").map((line) => line.search(/\S/));
  const indent = Math.min(...indents);
  return inside.map((line) => line.slice(indent));
}

/** What a block has of a file, or why it cannot have it. */
function partOf(read: ReadFile, path: string, region: string | undefined): { text: string } | { message: string } {
  const file = read(path);
  if (file === undefined)
    return { message: `there is no file ${path}: correct the path, from the top of the repository` };
  const lines = file.trimEnd().split("\n");
  const part = region === undefined ? lines : regionOf(lines, region);
  if (part === undefined) {
    const message = `${path} has no region ${region}: put "#region ${region}" and "#endregion ${region}" there, in comments`;
    return { message };
  }
  const shown = part.filter((line) => !marker.test(line));
  if (shown.includes("```")) return { message: `${path} has a line of three backticks, which would end the block` };
  return { text: `${shown.join("\n")}\n` };
}

/** Compares a page's blocks with `from=` with the files that they name. Lines of region markers are left out. */
export function includeBlocks(page: string, read: ReadFile): IncludedPage {
  const problems: IncludeProblem[] = [];
  const text = page.replace(
    included,
    (block: string, fence: string, path: string, region: string | undefined, ...rest) => {
      const part = partOf(read, path, region);
      if ("text" in part) return `${fence}${part.text}\`\`\``;
      const offset = rest[1] as number;
      problems.push({ line: page.slice(0, offset).split("\n").length, message: part.message });
      return block;
    },
  );
  return { text, problems };
}
