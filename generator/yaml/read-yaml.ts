import {
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  type Pair,
  Parser,
  type YAMLError,
} from "yaml";
import { diagnose } from "../diagnostics/diagnose.js";
import type { Position } from "../model/model.js";
import { locator } from "./lines.js";
import type { Entry, ManifestNode, MapNode, Reporter, ScalarNode } from "./node.js";
import { isReadable, type Source } from "./source.js";
import { createOpenings, noteLexeme, type Openings, unclosedAt } from "./unclosed.js";

export type { Source } from "./source.js";

const maxDepth = 100;
/** How many values all aliases together may add to those that are written in the file. */
const maxAliased = 100_000;

interface Measured {
  readonly node: ManifestNode;
  /** Number of values in this one, including itself and the values behind aliases. */
  readonly size: number;
  readonly height: number;
}

interface Reading {
  readonly position: (offset?: number) => Position;
  readonly report: Reporter;
  /** `undefined` while the anchored value is still being read. */
  readonly anchors: Map<string, Measured | undefined>;
  readonly openings: Openings;
  /** Nodes read so far. */
  count: number;
  tooDeep: Position | undefined;
  /** True after a mistake that would cause further ones, so that the content is not used. */
  broken: boolean;
}

type Mistake = Pick<YAMLError, "code" | "message" | "pos">;

const ownMessages: Readonly<Record<string, string>> = {
  NON_STRING_KEY: "a key must be plain text",
};

const hints: Readonly<Record<string, string>> = {
  NON_STRING_KEY: "write the key as text",
  TAB_AS_INDENT: "indent with spaces",
  BLOCK_AS_IMPLICIT_KEY: "quote a value that contains `: `",
  BAD_SCALAR_START: "quote the value",
};

/** The mistakes to report: a tab that indents, or a value that is not closed, causes others. */
function causes(errors: readonly YAMLError[], openings: Openings, { position }: Reading): readonly Mistake[] {
  const tabs = errors.filter(({ code }) => code === "TAB_AS_INDENT");
  const [first] = [...errors].sort((a, b) => a.pos[0] - b.pos[0]);
  if (first === undefined || tabs.length > 0) return tabs;
  const isSameLine = (one: number, other: number) => position(one).line === position(other).line;
  const unclosed = unclosedAt(openings, first.pos[0], first.message.startsWith("Flow "), isSameLine);
  if (unclosed === undefined) return errors;
  const { sign, start, end } = unclosed;
  const name = sign === "[" || sign === "{" ? "bracket" : "quote";
  const where =
    end === undefined || name === "bracket" ? "is not closed" : `is closed only on line ${position(end - 1).line}`;
  return [{ code: "MISSING_CHAR", message: `the ${name} \`${sign}\` that opens here ${where}`, pos: [start, start] }];
}

/** One mistake often causes several errors, so only the first error of each line is reported. */
function reportSyntax(errors: readonly Mistake[], { position, report }: Reading): void {
  const lines = new Set<number>();
  for (const { code, message, pos } of errors) {
    const at = position(pos[0]);
    if (lines.has(at.line)) continue;
    lines.add(at.line);
    const text =
      ownMessages[code] ??
      message.replace(/^Unexpected flow-\w+-end token in YAML stream: "(.)".*/s, "`$1` closes nothing");
    report(diagnose("KG104", at, `invalid YAML: ${text}`, hints[code]));
  }
}

/** Starts the text of a plain or block scalar. */
const scalarMark = "\u001f";

/** Stops if the document is nested too deep, because the composer that reads the tokens is recursive. */
function* tokens(text: string, reading: Reading): Generator<CST.Token, void> {
  const parser = new Parser();
  let before = "";
  for (const lexeme of new Lexer().lex(text)) {
    if (before !== scalarMark) noteLexeme(reading.openings, lexeme, parser.offset);
    before = lexeme;
    yield* parser.next(lexeme);
    if (parser.stack.length <= maxDepth + 1) continue;
    reading.tooDeep = reading.position(parser.offset - lexeme.length);
    return;
  }
  yield* parser.end();
}

/** Returns the first document. A second one is reported, because only one can be used. */
function compose(text: string, reading: Reading): Document.Parsed | undefined {
  const composer = new Composer({ prettyErrors: false, stringKeys: true, uniqueKeys: false });
  let first: Document.Parsed | undefined;
  for (const document of composer.compose(tokens(text, reading), true, text.length)) {
    if (first !== undefined) {
      const at = reading.position(document.range[0]);
      const hint = "keep one document and remove the `---` line";
      reading.report(diagnose("KG104", at, "invalid YAML: the file contains more than one document", hint));
      break;
    }
    first = document;
  }
  return first;
}

function scalar(value: unknown, text: string, path: string, at: Position): ScalarNode {
  const native = typeof value === "string" || typeof value === "number" || typeof value === "boolean" || value === null;
  return { kind: "scalar", path, at, value: native ? value : text, text };
}

function step(path: string, key: string): string {
  const name = /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
  return path === "" ? name : `${path}.${name}`;
}

/** Adds the keys of `<<: *base` and `<<: [*a, *b]`. The map's own keys are kept, and those of earlier bases before later ones. */
function mergeBases(entries: Map<string, Entry>): void {
  const base = entries.get("<<")?.value;
  if (base === undefined) return;
  const bases = base.kind === "list" ? base.items : [base];
  if (!bases.every((item): item is MapNode => item.kind === "map")) return;
  entries.delete("<<");
  for (const { entries: inherited } of bases) {
    for (const [key, entry] of inherited) if (!entries.has(key)) entries.set(key, entry);
  }
}

// (fact 521)
function reportDuplicates(path: string, places: readonly Position[], report: Reporter): void {
  const [first, last] = [places[0], places.at(-1)];
  if (first === undefined || last === undefined) return;
  for (const at of places.slice(0, -1)) {
    report(diagnose("KG105", at, `duplicate key \`${path}\`; line ${last.line} is used`, "keep one of them"));
  }
  report(
    diagnose(
      "KG105",
      last,
      `duplicate key \`${path}\`, also on line ${first.line}; this line is used`,
      "keep one of them",
    ),
  );
}

function readMap(pairs: readonly Pair[], path: string, at: Position, reading: Reading): Measured {
  const entries = new Map<string, Entry>();
  const places = new Map<string, Position[]>();
  let size = 1;
  let height = 0;
  for (const { key, value } of pairs) {
    if (!isScalar(key)) continue;
    // (fact 520)
    const name = typeof key.value === "string" ? key.value : (key.source ?? "");
    const keyAt = reading.position(key.range?.[0]);
    if (key.anchor !== undefined) read(key, path, keyAt, reading);
    const measured = read(value, step(path, name), keyAt, reading);
    size += measured.size;
    height = Math.max(height, measured.height);
    const earlier = places.get(name);
    if (earlier === undefined) places.set(name, [keyAt]);
    else earlier.push(keyAt);
    entries.delete(name);
    entries.set(name, { keyAt, value: measured.node });
  }
  for (const [name, list] of places) if (list.length > 1) reportDuplicates(step(path, name), list, reading.report);
  mergeBases(entries);
  return { node: { kind: "map", path, at, entries }, size, height: height + 1 };
}

function readList(items: readonly unknown[], path: string, at: Position, reading: Reading): Measured {
  const measured = items.map((item, index) => read(item, `${path}[${index}]`, at, reading));
  return {
    node: { kind: "list", path, at, items: measured.map(({ node }) => node) },
    size: measured.reduce((sum, { size }) => sum + size, 1),
    height: measured.reduce((most, { height }) => Math.max(most, height), 0) + 1,
  };
}

function readAlias(name: string, path: string, at: Position, reading: Reading): Measured {
  const target = reading.anchors.get(name);
  if (target !== undefined) return target;
  const problem = reading.anchors.has(name) ? "contains itself" : "refers to an anchor that is not defined before it";
  reading.broken = true;
  reading.report(diagnose("KG106", at, `the alias \`*${name}\` ${problem}`, "write the value instead of the alias"));
  return { node: scalar(null, "", path, at), size: 1, height: 0 };
}

function read(node: unknown, path: string, parent: Position, reading: Reading): Measured {
  reading.count += 1;
  const range = (node as { range?: readonly number[] | null } | null)?.range;
  const at = range ? reading.position(range[0]) : parent;
  if (isAlias(node)) return readAlias(node.source, path, at, reading);
  const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
  if (anchor !== undefined) reading.anchors.set(anchor, undefined);
  let measured: Measured = { node: scalar(null, "", path, at), size: 1, height: 0 };
  if (isScalar(node)) {
    const text = typeof node.value === "string" ? node.value : (node.source ?? "");
    measured = { ...measured, node: scalar(node.value, text, path, at) };
  } else if (isMap(node)) {
    measured = readMap(node.items as Pair[], path, at, reading);
  } else if (isSeq(node)) {
    measured = readList(node.items, path, at, reading);
  }
  if (anchor !== undefined) reading.anchors.set(anchor, measured);
  return measured;
}

function reportDepth(at: Position, report: Reporter): undefined {
  report(diagnose("KG107", at, `the document is nested more than ${maxDepth} levels deep`));
  return undefined;
}

/**
 * Reads YAML 1.2 or JSON. Every mistake is reported with its position; the result is `undefined` if the content cannot be used.
 * Keys are always text. Duplicate keys are a warning at both places, and the last one is used. `maxLength`: in UTF-16 code units.
 */
export function readYaml(source: Source, report: Reporter, maxLength?: number): ManifestNode | undefined {
  if (!isReadable(source, report, maxLength)) return undefined;
  const { path: file, text } = source;
  const start: Position = { file, line: 1, column: 1 };
  const reading: Reading = {
    position: locator(file, text),
    report,
    anchors: new Map(),
    openings: createOpenings(),
    count: 0,
    tooDeep: undefined,
    broken: false,
  };
  const document = compose(text, reading);
  if (document === undefined || reading.tooDeep !== undefined) return reportDepth(reading.tooDeep ?? start, report);
  reportSyntax(causes(document.errors, reading.openings, reading), reading);
  for (const { message, pos } of document.warnings) report(diagnose("KG109", reading.position(pos[0]), message));
  if (document.errors.length > 0) return undefined;
  const root = read(document.contents, "", start, reading);
  if (root.height > maxDepth) return reportDepth(start, report);
  if (root.size - reading.count > maxAliased) {
    report(
      diagnose(
        "KG106",
        start,
        `aliases expand ${reading.count} values to ${root.size}`,
        "write values instead of aliases",
      ),
    );
    return undefined;
  }
  return reading.broken ? undefined : root.node;
}
