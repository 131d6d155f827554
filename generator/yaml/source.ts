import { diagnose } from "../diagnostics/diagnose.js";
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

/** Reports what makes a text unreadable whatever its format is: its length, its encoding, or an unresolved merge conflict. */
export function isReadable({ path: file, text }: Source, report: Reporter, maxLength: number = longest): boolean {
  const start: Position = { file, line: 1, column: 1 };
  if (text.length > maxLength) {
    report(diagnose("KG108", start, `the file has ${text.length} characters, more than ${maxLength}`));
    return false;
  }
  const encoding = wrongEncoding(text);
  if (encoding !== undefined) {
    const { message, hint, line, column } = encoding;
    report(diagnose("KG110", { file, line, column }, message, hint));
    return false;
  }
  const [first, ...more] = conflictsIn(text);
  if (first === undefined) return true;
  const places = [first, ...more].map(({ from, to }) => `lines ${from} to ${to}`).join(", ");
  const hint = "keep what is right, and delete the lines with the markers <<<<<<<, ======= and >>>>>>>";
  report(diagnose("KG111", { ...start, line: first.from }, `unresolved merge conflict: ${places}`, hint));
  return false;
}
