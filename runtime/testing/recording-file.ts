import { readFile, writeFile } from "node:fs/promises";
import type { Recording } from "../recordings/recording.js";
import { parseRecording } from "./replay.js";

/** Without a byte order mark. Other encodings are refused: their letters would become other ones without a word. */
function textOf(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const isWide = /^(?:255,254|254,255)$/.test(bytes.subarray(0, 2).join());
    throw new TypeError(`${file} is ${isWide ? "UTF-16, not UTF-8" : "not UTF-8"}; save it as UTF-8.`);
  }
}

/**
 * Reads a recorded delivery, or only the body of a delivery if it names the event.
 * @throws {TypeError} if the file contains neither, or is not UTF-8. If it cannot be read, the system's error is thrown.
 */
export async function readRecording(file: string | URL): Promise<Recording> {
  return parseRecording(textOf(await readFile(file), String(file)), String(file));
}

/** Writes a recorded delivery to a JSON file, which can be committed and replayed. */
export async function writeRecording(file: string | URL, recording: Recording): Promise<void> {
  await writeFile(file, `${JSON.stringify(recording, null, 2)}\n`);
}
