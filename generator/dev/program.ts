import type { StartedProgram } from "./loop.js";
import type { ProgramSpec, Supervisor } from "./process/supervisor.js";
import type { LogWord, Tell } from "./words/dev-word.js";
import { endedDelivery, readyLine, wordOfLine } from "./words/program-line.js";

/** How long lines are kept back if nobody releases them: the start of a program. In milliseconds. */
const longestHold = 1000;

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
  let claim = () => {};
  const claiming = new Promise<void>((resolve) => {
    claim = resolve;
  });
  let held: LogWord[] | undefined = [];
  const release = (tells = true) => {
    clearTimeout(timer);
    const words = held ?? [];
    held = undefined;
    if (tells) for (const word of words) tell(word);
  };
  const timer = setTimeout(release, longestHold);
  const program = supervisor.start({
    ...spec,
    onLine(stream, line) {
      onLine(stream, line);
      if (stream === "stderr") last.push(line);
      if (last.length > keptLines) last.shift();
      const word = wordOfLine(stream, line);
      const ended = endedDelivery(word);
      const ready = readyLine(word);
      if (ready === "claiming") claim();
      if (line.trim() === "" || ready !== undefined || (ended !== undefined && isTold(ended))) return;
      if (stream === "stderr" && word.fields === undefined && held !== undefined) held.push(word);
      else tell(word);
    },
  });
  return {
    get pid() {
      return program.pid;
    },
    listening: program.listening,
    ended: program.ended,
    stop: (within) => program.stop(within),
    claiming,
    lastLines: () => last,
    release,
  };
}
