import { readFile, writeFile } from "node:fs/promises";
import type { Recording } from "./recording.js";
import { parseRecording } from "./replay.js";

/**
 * Reads a recorded delivery, or only the body of a delivery if it names the event.
 * @throws {TypeError} if the file contains neither. If it cannot be read, the system's error is thrown.
 */
export async function readRecording(file: string | URL): Promise<Recording> {
  return parseRecording(await readFile(file, "utf8"), String(file));
}

/** Writes a recorded delivery to a JSON file, which can be committed and replayed. */
export async function writeRecording(file: string | URL, recording: Recording): Promise<void> {
  await writeFile(file, `${JSON.stringify(recording, null, 2)}\n`);
}
