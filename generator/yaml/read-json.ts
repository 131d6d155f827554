import { diagnose } from "../diagnostics/diagnose.js";
import type { Position } from "../model/model.js";
import { locator } from "./lines.js";
import type { Entry, ManifestNode, Reporter } from "./node.js";
import { isReadable, type Source } from "./source.js";

const maxDepth = 100;

const space = /[ \t\r\n]*/y;
const text = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const word = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** The offset at which reading stopped, and what was expected there. */
class Unreadable extends Error {
  readonly offset: number;
  readonly tooDeep: boolean;
  constructor(offset: number, message: string, tooDeep = false) {
    super(message);
    this.offset = offset;
    this.tooDeep = tooDeep;
  }
}

interface Cursor {
  readonly source: string;
  readonly position: (offset: number) => Position;
  readonly report: Reporter;
  offset: number;
}

function skip(cursor: Cursor): string {
  space.lastIndex = cursor.offset;
  space.test(cursor.source);
  cursor.offset = space.lastIndex;
  return cursor.source.charAt(cursor.offset);
}

function match(cursor: Cursor, pattern: RegExp): string | undefined {
  pattern.lastIndex = cursor.offset;
  const found = pattern.exec(cursor.source)?.[0];
  cursor.offset += found?.length ?? 0;
  return found;
}

function expect(cursor: Cursor, wanted: string): void {
  if (skip(cursor) !== wanted) throw new Unreadable(cursor.offset, `expected \`${wanted}\``);
  cursor.offset += 1;
}

function step(path: string, key: string): string {
  const name = /^[\w$-]+$/.test(key) ? key : JSON.stringify(key);
  return path === "" ? name : `${path}.${name}`;
}

/** Reads items separated by commas, up to the closing bracket. */
function readItems(cursor: Cursor, close: string, item: () => void): void {
  const opened = cursor.offset;
  cursor.offset += 1;
  if (skip(cursor) === close) {
    cursor.offset += 1;
    return;
  }
  for (;;) {
    item();
    if (skip(cursor) === close) break;
    if (cursor.offset >= cursor.source.length) {
      throw new Unreadable(opened, `the \`${cursor.source.charAt(opened)}\` that opens here is not closed`);
    }
    if (cursor.source.charAt(cursor.offset) !== ",") {
      throw new Unreadable(cursor.offset, `expected \`,\` or \`${close}\``);
    }
    cursor.offset += 1;
  }
  cursor.offset += 1;
}

function readKey(cursor: Cursor): { key: string; keyAt: Position } {
  skip(cursor);
  const keyAt = cursor.position(cursor.offset);
  const found = match(cursor, text);
  if (found === undefined) throw new Unreadable(cursor.offset, "expected a key in double quotes");
  return { key: JSON.parse(found) as string, keyAt };
}

function readMap(cursor: Cursor, path: string, at: Position, depth: number): ManifestNode {
  const entries = new Map<string, Entry>();
  readItems(cursor, "}", () => {
    const { key, keyAt } = readKey(cursor);
    expect(cursor, ":");
    const value = read(cursor, step(path, key), depth + 1);
    if (entries.has(key)) {
      cursor.report(
        diagnose("KG105", keyAt, `duplicate key \`${step(path, key)}\`; the last one is used`, "keep one of them"),
      );
    }
    entries.set(key, { keyAt, value });
  });
  return { kind: "map", path, at, entries };
}

function read(cursor: Cursor, path: string, depth: number): ManifestNode {
  const first = skip(cursor);
  const at = cursor.position(cursor.offset);
  if (depth > maxDepth)
    throw new Unreadable(cursor.offset, `the file is nested more than ${maxDepth} levels deep`, true);
  if (first === "{") return readMap(cursor, path, at, depth);
  if (first === "[") {
    const items: ManifestNode[] = [];
    readItems(cursor, "]", () => items.push(read(cursor, `${path}[${items.length}]`, depth + 1)));
    return { kind: "list", path, at, items };
  }
  const found = match(cursor, first === '"' ? text : word);
  if (found === undefined) throw new Unreadable(cursor.offset, "expected a JSON value");
  const value = JSON.parse(found) as string | number | boolean | null;
  return { kind: "scalar", path, at, value, text: typeof value === "string" ? value : found };
}

/**
 * Reads strict JSON (RFC 8259) with the position of every value, which `JSON.parse` does not give. If the text is not valid, a
 * diagnostic is reported and the result is `undefined`. `maxLength`: as of `readYaml`.
 */
export function readJson(source: Source, report: Reporter, maxLength?: number): ManifestNode | undefined {
  if (!isReadable(source, report, maxLength)) return undefined;
  const position = locator(source.path, source.text);
  const cursor: Cursor = { source: source.text.replace(/^\ufeff/, " "), position, report, offset: 0 };
  try {
    const node = read(cursor, "", 0);
    if (skip(cursor) !== "") throw new Unreadable(cursor.offset, "expected the end of the file");
    return node;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const at = position(error.offset);
    if (error.tooDeep) report(diagnose("KG107", at, error.message));
    else report(diagnose("KG701", at, `invalid JSON: ${error.message}`));
    return undefined;
  }
}
