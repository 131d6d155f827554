import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readRecording } from "../../../runtime/testing.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "kiket-gen-recording-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const text = '{ "event": "issue.created", "title": "Größe" }';

async function written(bytes: Uint8Array): Promise<string> {
  const file = join(folder, "recording.json");
  await writeFile(file, bytes);
  return file;
}

it.each(["", "\ufeff"])("reads UTF-8 with %j before it", async (mark) => {
  const { body } = await readRecording(await written(Buffer.from(mark + text)));
  expect(body).toEqual({ event: "issue.created", title: "Größe" });
});

it.each<[string, Buffer, string]>([
  ["Latin 1", Buffer.from(text, "latin1"), "recording.json is not UTF-8; save it as UTF-8."],
  ["UTF-16", Buffer.from(`\ufeff${text}`, "utf16le"), "recording.json is UTF-16, not UTF-8; save it as UTF-8."],
  [
    "UTF-16 of the other order",
    Buffer.from(`\ufeff${text}`, "utf16le").swap16(),
    "recording.json is UTF-16, not UTF-8; save it as UTF-8.",
  ],
])("refuses %s", async (_what, bytes, message) => {
  const file = await written(bytes);
  await expect(readRecording(file)).rejects.toThrow(new TypeError(file.replace("recording.json", message)));
});
