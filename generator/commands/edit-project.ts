import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { refusedPlace } from "../generate/output-places.js";
import { applyChanges, type FileChange } from "../project/writing/file-changes.js";
import { takeTurn } from "../project/writing/turn.js";
import { formatDiagnostic } from "../terminal/report.js";
import type { Io } from "./command.js";
import { hostOf } from "./open-project.js";

/** Does what reads the project and then edits it, while no other command does so. */
export async function inTurn<T>(dir: string, io: Io, work: () => Promise<T>): Promise<T> {
  await hostOf(dir, io);
  const end = await takeTurn(dir, (holder) => io.err(`waiting for another kiket-gen command, process ${holder}\n`));
  try {
    return await work();
  } finally {
    end();
  }
}

/** Prints the errors for which nothing is written, and what they are together. Returns the exit status. */
export function sayErrors(diagnostics: readonly Diagnostic[], summary: string, { err, errStyle }: Io): number {
  for (const diagnostic of diagnostics) err(`${formatDiagnostic(diagnostic, errStyle)}\n`);
  err(`${summary}; nothing was written\n`);
  return 1;
}

/** Makes all changes, or says why none was made. Returns whether they were made. */
export function applyOrExplain(dir: string, changes: readonly FileChange[], io: Io): boolean {
  const refused = applyChanges(dir, changes);
  if (refused === undefined) return true;
  const { path, place } = refused;
  if (place !== undefined) {
    const diagnostic = refusedPlace(path, place, refused.objection);
    io.err(`${formatDiagnostic(diagnostic, io.errStyle)}\nnothing was changed\n`);
  } else {
    io.err(`kiket-gen: ${path} was changed while this command ran; nothing was written; run it again\n`);
  }
  return false;
}
