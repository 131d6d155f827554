import { diagnose } from "../diagnostics/diagnose.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Position } from "../model/model.js";
import { conflictsIn } from "./conflicts.js";
import { wrongEncoding } from "./encoding.js";
import type { Reporter } from "./node.js";

/** The text of a file, with its path. */
export interface Source {
  /** Relative to the project's folder, with "/" separators. */
  readonly path: string;
  readonly text: string;
}

/** In UTF-16 code units: 2 Mi. */
const longest = 2 * 1024 * 1024;

/** The mistake of a file that is not UTF-8. */
export function encodingMistake({ path: file, text }: Source): Diagnostic | undefined {
  const found = wrongEncoding(text);
  return found && diagnose("KG110", { file, line: found.line, column: found.column }, found.message, found.hint);
}

/** The merge conflicts of a file in words, with the line of the first; `undefined` if it has none. */
export function conflictMistake(text: string): { readonly line: number; readonly message: string } | undefined {
  const [first, ...more] = conflictsIn(text);
  if (first === undefined) return undefined;
  const places = [first, ...more].map(({ from, to }) => `lines ${from} to ${to}`).join(", ");
  return { line: first.from, message: `unresolved merge conflict: ${places}` };
}

/** Reports what makes a text unreadable whatever its format is: its length, its encoding, or an unresolved merge conflict. */
export function isReadable(source: Source, report: Reporter, maxLength: number = longest): boolean {
  const { path: file, text } = source;
  const start: Position = { file, line: 1, column: 1 };
  const conflict = text.length > maxLength ? undefined : conflictMistake(text);
  const hint = "keep what is right, and delete the lines with the markers <<<<<<<, ======= and >>>>>>>";
  const mistake =
    text.length > maxLength
      ? diagnose("KG108", start, `the file has ${text.length} characters, more than ${maxLength}`)
      : (encodingMistake(source) ??
        (conflict && diagnose("KG111", { ...start, line: conflict.line }, conflict.message, hint)));
  if (mistake !== undefined) report(mistake);
  return mistake === undefined;
}
