import { jsonNumber } from "../base/json-number.js";
import { diagnose } from "../diagnostics/diagnose.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Position } from "../model/model.js";

/** The content of a YAML or JSON file, with the position of every value. An alias and its anchor share one node. */
export type ManifestNode = ScalarNode | ListNode | MapNode;

interface NodeBase {
  /** Path in the file: `extension.hooks[2].event`; empty for the whole file. */
  readonly path: string;
  readonly at: Position;
}

export interface ScalarNode extends NodeBase {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  /** The text in the file, so that a version `1.10` does not become `1.1`. */
  readonly text: string;
}

export interface ListNode extends NodeBase {
  readonly kind: "list";
  readonly items: readonly ManifestNode[];
}

export interface MapNode extends NodeBase {
  readonly kind: "map";
  /** In file order. A Map, so that keys like `__proto__` are not special. */
  readonly entries: ReadonlyMap<string, Entry>;
}

export interface Entry {
  readonly keyAt: Position;
  readonly value: ManifestNode;
}

/** Receives a diagnostic. */
export type Reporter = (diagnostic: Diagnostic) => void;

const words = { map: "a map", list: "a list" };

function found(node: ManifestNode): string {
  if (node.kind !== "scalar") return words[node.kind];
  return node.value === null || node.text === "" ? "nothing" : `\`${node.text}\``;
}

/** Reports a value of the wrong type; `wanted` is the right one, in words. */
export function wrongKind(node: ManifestNode, wanted: string, report: Reporter, hint?: string): undefined {
  report(diagnose("KG204", node.at, `\`${node.path}\` must be ${wanted}, found ${found(node)}`, hint));
  return undefined;
}

/** The value of a key; `undefined` if the key is absent or has no value. */
export function child(map: MapNode | undefined, key: string): ManifestNode | undefined {
  const node = map?.entries.get(key)?.value;
  return node?.kind === "scalar" && node.value === null ? undefined : node;
}

/** The value of a key if it is text; `undefined` for anything else. Reports nothing. */
export function stringIn(map: MapNode, key: string): string | undefined {
  const node = map.entries.get(key)?.value;
  return node?.kind === "scalar" && typeof node.value === "string" ? node.value : undefined;
}

export function asMap(node: ManifestNode, report: Reporter): MapNode | undefined {
  return node.kind === "map" ? node : wrongKind(node, "a map", report);
}

/** A text, or a number as it is written in the file. */
export function asText(node: ManifestNode, report: Reporter): string | undefined {
  if (node.kind === "scalar" && (typeof node.value === "string" || typeof node.value === "number")) return node.text;
  return wrongKind(node, "text", report);
}

export function mapAt(map: MapNode | undefined, key: string, report: Reporter): MapNode | undefined {
  const node = child(map, key);
  return node && asMap(node, report);
}

/** The items of a list; none if the key is absent. */
export function itemsAt(map: MapNode | undefined, key: string, report: Reporter): readonly ManifestNode[] {
  const node = child(map, key);
  if (node === undefined) return [];
  if (node.kind === "list") return node.items;
  wrongKind(node, "a list", report);
  return [];
}

/** The maps in a list; other items are reported. */
export function mapsAt(map: MapNode | undefined, key: string, report: Reporter): readonly MapNode[] {
  return itemsAt(map, key, report).flatMap((item) => asMap(item, report) ?? []);
}

/** A text that must not be empty. */
export function asName(node: ManifestNode, report: Reporter): string | undefined {
  const text = asText(node, report);
  return text === "" ? wrongKind(node, "a name", report) : text;
}

/** The texts in a list with their positions; empty texts and other items are reported. */
export function namesAt(map: MapNode | undefined, key: string, report: Reporter): { name: string; at: Position }[] {
  return itemsAt(map, key, report).flatMap((item) => {
    const name = asName(item, report);
    return name === undefined ? [] : [{ name, at: item.at }];
  });
}

export function textAt(map: MapNode | undefined, key: string, report: Reporter): string | undefined {
  const node = child(map, key);
  return node && asText(node, report);
}

/** Reports that a map lacks a required key, or that the key has no value. */
export function reportMissing(map: MapNode, key: string, report: Reporter, hint: string | undefined): undefined {
  const where = map.path === "" ? "the manifest" : `\`${map.path}\``;
  report(diagnose("KG205", map.entries.get(key)?.value.at ?? map.at, `${where} has no \`${key}\``, hint));
  return undefined;
}

/** The text of a required key. */
export function requiredTextAt(map: MapNode, key: string, report: Reporter, hint?: string): string | undefined {
  const node = child(map, key);
  if (node === undefined || (node.kind === "scalar" && node.text === "")) return reportMissing(map, key, report, hint);
  return asText(node, report);
}

/** The map of a required key. */
export function requiredMapAt(map: MapNode, key: string, report: Reporter, hint?: string): MapNode | undefined {
  const node = child(map, key);
  return node === undefined ? reportMissing(map, key, report, hint) : asMap(node, report);
}

export function booleanAt(map: MapNode | undefined, key: string, report: Reporter): boolean | undefined {
  const node = child(map, key);
  if (node === undefined) return undefined;
  if (node.kind === "scalar" && typeof node.value === "boolean") return node.value;
  if (node.kind === "scalar" && (node.text === "true" || node.text === "false")) return node.text === "true";
  const hint = "YAML parsers disagree on yes, no, on and off; write true or false";
  return wrongKind(node, "true or false", report, hint);
}

/** A number, or a text that is one. */
export function numberAt(map: MapNode | undefined, key: string, report: Reporter): number | undefined {
  const node = child(map, key);
  if (node === undefined) return undefined;
  const value = node.kind === "scalar" ? jsonNumber(node.text) : undefined;
  return value ?? wrongKind(node, "a number", report);
}

/** A value as plain data, with the keys of maps in code-unit order. `__proto__` becomes an own property like any other key. */
export function plainValue(node: ManifestNode): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(plainValue);
  const keys = [...node.entries.keys()].sort();
  return Object.fromEntries(keys.map((key) => [key, plainValue((node.entries.get(key) as Entry).value)]));
}
