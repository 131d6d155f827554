import { StringDecoder } from "node:string_decoder";

/** A longer line is told in pieces. In UTF-16 code units. */
const maxLine = 64 * 1024;

/** Makes lines of bytes that come in any pieces. What is not UTF-8 becomes U+FFFD. */
export interface LineSplitter {
  /** The lines that are complete with these bytes, without their ends: a line feed, with or without a carriage return. */
  add(bytes: Uint8Array): string[];
  /** What is left without a line feed. */
  end(): string[];
}

export function createLineSplitter(): LineSplitter {
  const decoder = new StringDecoder("utf8");
  let rest = "";

  function take(text: string): string[] {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    const pieces = lines.flatMap((line) => piecesOf(line.endsWith("\r") ? line.slice(0, -1) : line));
    if (rest.length <= maxLine) return pieces;
    const open = piecesOf(rest);
    rest = open.pop() ?? "";
    return [...pieces, ...open];
  }

  return {
    add: (bytes) => take(decoder.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))),
    end() {
      const lines = take(decoder.end());
      const last = rest;
      rest = "";
      return last === "" ? lines : [...lines, last];
    },
  };
}

/** A line in pieces of a bounded length, and no character in two of them. */
function piecesOf(line: string): string[] {
  if (line.length <= maxLine) return [line];
  const pieces: string[] = [];
  for (let at = 0; at < line.length; at += pieces.at(-1)?.length ?? maxLine) {
    const isSplit = /[\uD800-\uDBFF]/.test(line.charAt(at + maxLine - 1));
    pieces.push(line.slice(at, at + maxLine - (isSplit ? 1 : 0)));
  }
  return pieces;
}
