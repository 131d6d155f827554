/** Lines that wait until they are written. */
export interface LineQueue {
  push(line: string): void;
  /** Writes what waits, as far as it is taken. */
  flush(): void;
  /** For the end of the process: waits for a slow reader, for at most a second. */
  flushAtEnd(): void;
}

interface QueueOutput {
  /** Writes bytes without waiting, and returns how many were taken. */
  readonly write: (bytes: Uint8Array) => number;
  /** Calls back soon. */
  readonly schedule: (flush: () => void) => void;
  /** Waits a moment in place. */
  readonly pause: () => void;
}

/** A pipe takes so many bytes whole or not at all (POSIX, PIPE_BUF), so lines of several processes stay apart. */
const groupBytes = 4_096;
/** In characters. What reads the lines may be slow; a queue without a limit would fill the memory. */
const mostWaiting = 8 * 1024 * 1024;
const mostPauses = 200;
const encoder = new TextEncoder();

/**
 * A queue that writes many lines at once: a system call for each would take more time than everything else that a line costs. If too
 * many lines wait, later ones are left out, and `describe` makes the line that says how many.
 */
export function createLineQueue(
  { write, schedule, pause }: QueueOutput,
  describe: (count: number) => string,
): LineQueue {
  let lines: string[] = [];
  /** The rest of a group that was taken in part. */
  let rest: Uint8Array | undefined;
  let characters = 0;
  let leftOut = 0;
  let isScheduled = false;

  const later = (): void => {
    if (isScheduled) return;
    isScheduled = true;
    schedule(() => {
      isScheduled = false;
      flush();
    });
  };
  const add = (line: string): void => {
    lines.push(line);
    characters += line.length;
  };
  /** The next bytes to write: whole lines, as many as a group holds, and at least one. */
  const nextGroup = (from: number, most = groupBytes): { readonly bytes: Uint8Array; readonly until: number } => {
    let until = from;
    let text = "";
    do {
      text += `${lines[until]}\n`;
      until += 1;
    } while (until < lines.length && text.length + (lines[until]?.length ?? 0) < most);
    const bytes = encoder.encode(text);
    // Characters beyond ASCII have several bytes.
    return bytes.length > groupBytes && until > from + 1 ? nextGroup(from, most / 2) : { bytes, until };
  };
  /** False if not all was taken. */
  const writeAll = (): boolean => {
    let at = 0;
    for (;;) {
      if (rest === undefined) {
        if (at === lines.length) break;
        const { bytes, until } = nextGroup(at);
        rest = bytes;
        at = until;
      }
      const taken = write(rest);
      if (taken < rest.length) {
        rest = rest.subarray(taken);
        break;
      }
      rest = undefined;
    }
    for (const line of lines.slice(0, at)) characters -= line.length;
    lines = lines.slice(at);
    if (rest === undefined && leftOut > 0) {
      add(describe(leftOut));
      leftOut = 0;
      return writeAll();
    }
    return rest === undefined;
  };
  const flush = (): void => {
    if (!writeAll()) later();
  };

  return {
    push(line) {
      if (characters + line.length > mostWaiting) leftOut += 1;
      else add(line);
      later();
    },
    flush,
    flushAtEnd() {
      for (let pauses = 0; !writeAll() && pauses < mostPauses; pauses += 1) pause();
    },
  };
}
