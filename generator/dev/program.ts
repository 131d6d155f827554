import type { StartedProgram } from "./loop.js";
import type { ProgramSpec, Supervisor } from "./process/supervisor.js";
import type { Tell } from "./words/dev-word.js";
import { endedDelivery, wordOfLine } from "./words/program-line.js";

/** Enough for what Node writes about an error. */
const keptLines = 60;

export interface ProgramParts {
  readonly supervisor: Supervisor;
  readonly tell: Tell;
  /** Is given each line of the program as it wrote it. */
  readonly onLine: ProgramSpec["onLine"];
  /** Whether the end of this delivery is told by a line of its own. */
  readonly isTold: (deliveryId: string) => boolean;
}

/** Starts the extension, and tells the lines that it writes. */
export function startExtension(spec: Omit<ProgramSpec, "onLine">, parts: ProgramParts): StartedProgram {
  const { supervisor, tell, onLine, isTold } = parts;
  const last: string[] = [];
  const program = supervisor.start({
    ...spec,
    onLine(stream, line) {
      onLine(stream, line);
      if (stream === "stderr") last.push(line);
      if (last.length > keptLines) last.shift();
      const word = wordOfLine(stream, line);
      const ended = endedDelivery(word);
      if (line.trim() !== "" && (ended === undefined || !isTold(ended))) tell(word);
    },
  });
  return { ...program, lastLines: () => last };
}
