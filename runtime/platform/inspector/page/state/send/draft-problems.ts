import { type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import type { JsonObject } from "../../../../../base/json.js";
import type { PayloadProblem } from "../../../backend.js";
import { innermost, markedLength } from "../details/payload-places.js";

/** Something wrong in the text of a draft. Lines and columns count from 1. */
export interface DraftProblem {
  readonly message: string;
  /** Of the first character, from 0. */
  readonly offset: number;
  /** Behind the last character that is marked; at least one is. */
  readonly end: number;
  readonly line: number;
  readonly column: number;
}

/** The text of a draft as a payload, or why it is none. */
export type DraftPayload = { readonly payload: JsonObject; readonly tree: Node } | { readonly problem: DraftProblem };

function problemAt(text: string, offset: number, message: string, length = 1): DraftProblem {
  const before = text.slice(0, offset).split("\n");
  const end = offset + Math.max(1, length);
  return { message, offset, end, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** `CommaExpected` as `Comma expected`. */
function sentenceOf({ error }: ParseError): string {
  const words = printParseErrorCode(error).replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.replace("End of file", "End of text");
}

export function draftPayload(text: string): DraftPayload {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true });
  const [first] = errors;
  if (first !== undefined) return { problem: problemAt(text, first.offset, sentenceOf(first), first.length) };
  try {
    const payload: unknown = JSON.parse(text);
    if (tree?.type === "object") return { payload: payload as JsonObject, tree };
    return { problem: problemAt(text, tree?.offset ?? 0, "A payload is an object, in { and }") };
  } catch {
    // `jsonc-parser` lets through a few things that JSON has not, such as a byte order mark.
    return { problem: problemAt(text, 0, "This is not JSON") };
  }
}

/** Where a problem of the schema is in the text. For a member that is missing: the innermost object that is there. */
export function placedProblem(text: string, tree: Node, { path, message }: PayloadProblem): DraftProblem {
  const { value } = innermost(tree, path);
  return problemAt(text, value.offset, path === "" ? message : `${path}: ${message}`, markedLength(value));
}
