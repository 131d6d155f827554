import type { Position } from "../model/model.js";
import type { Host } from "../project/host.js";
import { excerptLines, readTexts } from "../terminal/excerpt.js";

/** A message with its place and the source line there, as text for the page, which reads no file. */
export async function placedMessage(
  host: Pick<Host, "read" | "place">,
  at: Position,
  message: string,
): Promise<string> {
  const texts = await readTexts(host, [{ at }]);
  const place = `${at.file}:${at.line}:${at.column}: ${message}`;
  return [place, ...excerptLines(texts, at, { dim: (text) => text })].join("\n");
}
