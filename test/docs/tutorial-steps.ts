/** What a reader of the tutorial does or sees, in the order of the page. */
export type Step =
  /** Commands to type. With `terminal` there is one, in a terminal of that name, where it goes on running. */
  | { readonly kind: "commands"; readonly terminal: string; readonly commands: readonly string[] }
  /** What the commands before print, or what has appeared in a terminal meanwhile. */
  | { readonly kind: "output"; readonly terminal: string; readonly lines: readonly string[] }
  | { readonly kind: "file"; readonly path: string; readonly text: string }
  /** A section about a mistake begins or ends: its commands may fail, and its files are put back. */
  | { readonly kind: "mistake"; readonly isOpen: boolean };

const part = /^(?:## (.*)|```(\w+)(?: (\S+))?(?: from=\S+)?\n([\s\S]*?)^```)$/gm;

/** Blocks of `sh` are commands, and of `text` outputs; all others are files. */
export function stepsOf(page: string): readonly Step[] {
  const steps: Step[] = [];
  let isOpen = false;
  for (const [, heading, language = "", name = "", text = ""] of page.matchAll(part)) {
    const lines = text.trimEnd().split("\n");
    if (heading !== undefined) {
      if (isOpen || heading === "A mistake") steps.push({ kind: "mistake", isOpen: heading === "A mistake" });
      isOpen = heading === "A mistake";
    } else if (language === "sh") steps.push({ kind: "commands", terminal: name, commands: lines });
    else if (language === "text") steps.push({ kind: "output", terminal: name, lines });
    else steps.push({ kind: "file", path: name, text });
  }
  return steps;
}

/** The first line of an output that was not printed, in this order. "…" stands for any text, and alone for any lines. */
export function missingLine(lines: readonly string[], printed: readonly string[]): string | undefined {
  let from = 0;
  for (const line of lines) {
    const pieces = line.trim().split("…");
    const pattern = new RegExp(`^${pieces.map((piece) => piece.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")).join(".*")}$`);
    const found = printed.findIndex((text, index) => index >= from && pattern.test(text.trim()));
    if (found === -1 && line.trim() !== "…") return line;
    if (line.trim() !== "…") from = found + 1;
  }
  return undefined;
}
