type JsonTokenKind = "key" | "text" | "number" | "word" | "mark" | "space";

/** A piece of formatted JSON. All pieces together are the whole text. */
export interface JsonToken {
  readonly kind: JsonTokenKind;
  readonly text: string;
  /** Where it is in the text that was formatted, from 0; of a space that was added, where it was put. */
  readonly at: number;
}

/** Strings, marks and everything else between them. An unfinished string is taken to its end, so that no character is lost. */
const pieces = /"(?:[^"\\]|\\[\s\S])*(?:"|\\?$)|[{}[\],:]|[^\s{}[\],:"]+/g;

function kindOf(piece: string, next: string | undefined): JsonTokenKind {
  if (piece.startsWith('"')) return next === ":" ? "key" : "text";
  if (/^[{}[\],:]$/.test(piece)) return "mark";
  return /^-?\d/.test(piece) ? "number" : "word";
}

/**
 * JSON with two spaces a level. Only white space between the pieces changes: numbers, escapes and repeated keys stay as they were sent.
 * Undefined if the text is no JSON.
 */
export function jsonTokens(text: string): readonly JsonToken[] | undefined {
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  const matches = [...text.matchAll(pieces)];
  const found = matches.map(([piece]) => piece);
  const tokens: JsonToken[] = [];
  let level = 0;
  const space = (at: number, added = `\n${"  ".repeat(level)}`) => tokens.push({ kind: "space", text: added, at });
  for (const [index, piece] of found.entries()) {
    const at = matches[index]?.index ?? 0;
    const before = found[index - 1];
    const isEnd = piece === "}" || piece === "]";
    if (isEnd) level -= 1;
    if (before === "," || ((before === "{" || before === "[") && !isEnd)) space(at);
    if (isEnd && before !== "{" && before !== "[") space(at);
    tokens.push({ kind: kindOf(piece, found[index + 1]), text: piece, at });
    if (piece === ":") space(at, " ");
    if (piece === "{" || piece === "[") level += 1;
  }
  return tokens;
}
