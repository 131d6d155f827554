import { readFile, writeFile } from "node:fs/promises";
import type { Recording } from "./recording.js";
import { parseRecording } from "./replay.js";

/**
 * Reads a recorded delivery, or the bare body of one that names its event.
 * @throws {TypeError} where the file holds neither; the system's own error where it cannot be read.
 */
export async function readRecording(file: string | URL): Promise<Recording> {
  return parseRecording(await readFile(file, "utf8"), String(file));
}

/** Writes a recorded delivery as JSON, to be committed and replayed. */
export async function writeRecording(file: string | URL, recording: Recording): Promise<void> {
  await writeFile(file, `${JSON.stringify(recording, null, 2)}\n`);
}
