/** Parts of a page. What comes from a schema is shown as its author wrote it, on GitHub and on the site. */

/** Plain text in a line: no tag, no cell border, and no template that the site would fill in. Code between back quotes stays. */
export function plainText(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .trim()
    .split(/(`[^`]*`)/)
    .map((part) =>
      part.startsWith("`") ? part : part.replace(/\{\{.*?\}\}/g, "`$&`").replace(/[<*](?![^`]*\}\}`)/g, "\\$&"),
    )
    .join("")
    .replaceAll("|", "\\|");
}

export function code(text: string): string {
  return `\`${text.replaceAll("|", "\\|")}\``;
}

/** A table; each cell is finished Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows].map((cells) =>
    `| ${cells.join(" | ")} |`.replace(/ {2,}\|/g, " |"),
  );
  return `${lines.join("\n")}\n`;
}

export function block(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\`\n`;
}

/** The anchor of a heading, as GitHub makes it. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");
}

/** A text to which its full stop is added where it lacks one. */
export function sentence(text: string): string {
  return /[.!?:]$/.test(text.trim()) || text.trim() === "" ? text.trim() : `${text.trim()}.`;
}

/** Blocks with an empty line between them, and a line at the end. */
export function page(...blocks: readonly string[]): string {
  return `${blocks
    .map((text) => text.trimEnd())
    .filter((text) => text !== "")
    .join("\n\n")}\n`;
}
