import { replaceInvisible } from "../base/invisible-characters.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Position } from "../model/model.js";
import { firstLinkOut, type Host } from "../project/host.js";
import type { Source } from "../yaml/read-yaml.js";

/** Lines of the files that diagnostics point to, by path. */
export type Texts = ReadonlyMap<string, readonly string[]>;

/** A file that was already read, or that does not exist. */
type Known = Omit<Source, "text"> & { readonly text: string | undefined };

/**
 * Reads the files of the diagnostics, or of other places. A file that cannot be read, or that is outside the project through a link, has no lines; its
 * diagnostics are still printed.
 */
export async function readTexts(
  host: Pick<Host, "read" | "place">,
  diagnostics: readonly Pick<Diagnostic, "at">[],
  known: readonly Known[] = [],
): Promise<Texts> {
  const texts = new Map(known.map(({ path, text }) => [path, text]));
  const paths = [...new Set(diagnostics.map(({ at }) => at.file))];
  const read = async (path: string): Promise<[string, readonly string[]]> => {
    const open = async () => ((await firstLinkOut(host, [path])) === undefined ? host.read(path) : undefined);
    const text = texts.has(path) ? texts.get(path) : await open().catch(() => undefined);
    return [path, text === undefined ? [] : text.split("\n")];
  };
  return new Map(await Promise.all(paths.map(read)));
}

interface Excerpt {
  readonly line: string;
  /** Spaces, and a caret below the place. */
  readonly caret: string;
}

const width = 100;
/** Number of characters of a longer line that are shown before the place. */
const before = 60;

/** Shows invisible characters, which could move the cursor or change the direction of the text. Each becomes one column. */
function shownInColumns(text: string): string {
  return replaceInvisible(text, (character) => (character === "\t" ? " " : "\ufffd"));
}

/** As many spaces as the text has columns in a terminal. */
function blanks(text: string): string {
  return text
    .replace(/\p{M}/gu, "")
    .replace(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}]/gu, "  ")
    .replace(/[^ ]/gu, " ");
}

/** The source line of a place; `undefined` if there is none or it is empty. */
function excerptOf(texts: Texts, { file, line, column }: Position): Excerpt | undefined {
  const text = texts.get(file)?.[line - 1]?.replace(/\r$/, "") ?? "";
  if (text.trim() === "") return undefined;
  const start = text.length <= width ? 0 : Math.max(0, column - 1 - before);
  const end = Math.min(text.length, start + width);
  const head = start > 0 ? "…" : "";
  const prefix = head + shownInColumns(text.slice(start, Math.max(start, column - 1)));
  const shown = head + shownInColumns(text.slice(start, end)) + (end < text.length ? "…" : "");
  return { line: shown, caret: `${blanks(prefix)}^` };
}

/** The source line after its number and a bar, and a caret below the place. None if there is no such line. `digits`: at least so many columns. */
export function excerptLines(
  texts: Texts,
  at: Position,
  { dim, digits = 1 }: { readonly dim: (text: string) => string; readonly digits?: number },
): readonly string[] {
  const excerpt = excerptOf(texts, at);
  if (excerpt === undefined) return [];
  const number = String(at.line).padStart(digits);
  return [`${dim(`${number} |`)} ${excerpt.line}`, `${dim(`${" ".repeat(number.length)} |`)} ${excerpt.caret}`];
}
