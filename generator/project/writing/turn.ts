import { createHash } from "node:crypto";
import { linkSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readPlainFile } from "../cache-folder.js";
import { createFrom } from "../host.js";
import { placeError, withoutLinks } from "./real-place.js";
import { isRunning, withTemporary } from "./temporary-file.js";

/** Between two looks at whether it is our turn. In milliseconds. */
const pause = 50;

/** For a large project on a slow machine. In milliseconds. */
const longestWait = 120_000;

const held = new Set<string>();

/** Whether the process that left this text holds the turn. */
function isHeld(file: string, text: string): boolean {
  const pid = Number(text);
  return pid === process.pid ? held.has(file) : Number.isInteger(pid) && pid > 0 && isRunning(pid);
}

/** The process that holds a turn; `undefined` if the file does not exist or is none of ours. */
function holderIn(file: string): string | undefined {
  return readPlainFile(file, 100);
}

function take(file: string): boolean {
  const isTaken = withTemporary(file, String(process.pid), undefined, (temporary) =>
    createFrom(temporary, file, String(process.pid)),
  );
  if (isTaken) held.add(file);
  return isTaken;
}

/** Removes what a killed process left. Another process may do so too, and have taken its turn already: then its file is put back. */
function clear(file: string): void {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    if (isHeld(file, holderIn(aside) ?? "")) linkSync(aside, file);
  } catch {
    // Another process was faster.
  }
  rmSync(aside, { force: true });
}

/**
 * Waits until no other command edits the project, so that of two that add at once neither loses what the other wrote. Returns the function
 * that ends the turn; a process that ends without it loses its turn. `onWait` is called once if there is a wait, with the process that
 * holds the turn. Where the system's temporary folder cannot be used, all have a turn: files are compared before they are replaced anyway.
 * Throws an error that can be described after two minutes.
 */
export async function takeTurn(root: string, onWait: (process: string) => void): Promise<() => void> {
  const folder = withoutLinks(tmpdir());
  const user = process.geteuid?.() ?? 0;
  const project = createHash("sha256")
    .update(withoutLinks(root) ?? root)
    .digest("hex")
    .slice(0, 32);
  const file = join(folder ?? "", `kiket-gen-${user}-${project}.lock`);
  const end = () => {
    held.delete(file);
    if (holderIn(file) === String(process.pid)) rmSync(file, { force: true });
  };
  if (folder === undefined) return end;
  let isWaiting = false;
  for (let waited = 0; waited < longestWait; waited += pause) {
    try {
      if (take(file)) return end;
    } catch {
      return end;
    }
    const holder = holderIn(file);
    if (holder !== undefined && !isHeld(file, holder)) clear(file);
    else {
      if (holder !== undefined && !isWaiting) onWait(holder);
      isWaiting ||= holder !== undefined;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  throw placeError(
    file,
    "another kiket-gen command has worked in this project for two minutes; if none does, delete this file",
  );
}
