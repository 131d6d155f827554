import { diagnose } from "../../diagnostics/diagnose.js";
import type { Position } from "../../model/model.js";
import { type ManifestNode, type MapNode, type Reporter, stringIn } from "../../yaml/node.js";
import { readJson } from "../../yaml/read-json.js";
import { readYaml, type Source } from "../../yaml/read-yaml.js";
import { methods, type OperationRecord } from "../operations.js";
import { decoded, nodeAt } from "../schemas/follow-reference.js";
import { reportNumbersOutOfRange } from "../schemas/number-range.js";
import { isData, mapKeywords } from "./openapi-keywords.js";

/** In UTF-16 code units: 32 Mi. The documents of large services have 4 to 13 million. */
const maxLength = 32 * 1024 * 1024;

/** An OpenAPI document whose references all point inside it. */
export interface OpenApi {
  readonly root: MapNode;
  readonly operations: readonly OperationRecord[];
  /** Each `operationId` that an earlier operation has too. Types of operations are named by it, so these cannot be. */
  readonly repeatedIds: ReadonlySet<ManifestNode>;
}

/** Collects the values of all `$ref`. */
function referencesIn(node: ManifestNode, found: ManifestNode[] = [], names = false): ManifestNode[] {
  if (node.kind === "list") for (const item of node.items) referencesIn(item, found);
  if (node.kind !== "map") return found;
  for (const [key, { value }] of node.entries) {
    if (names) referencesIn(value, found);
    else if (key === "$ref") found.push(value);
    else if (!isData(key)) referencesIn(value, found, mapKeywords.has(key));
  }
  return found;
}

/** What a reference points to. Reports it if it points outside the document, or to nothing. */
function targetOf(node: ManifestNode, root: ManifestNode, report: Reporter): ManifestNode | undefined {
  const reference = node.kind === "scalar" && typeof node.value === "string" ? node.value : "";
  if (!reference.startsWith("#")) {
    const hint = "bundle the document into one file first";
    report(diagnose("KG705", node.at, `the reference "${reference}" points outside the document`, hint));
  } else if (!/^#\/(components|paths)\//.test(reference)) {
    report(diagnose("KG704", node.at, `the reference "${reference}" does not start with #/components/ or #/paths/`));
  } else {
    const target = nodeAt(root, decoded(reference.slice(1)));
    if (target !== undefined) return target;
    report(diagnose("KG704", node.at, `the reference "${reference}" points to nothing in the document`));
  }
  return undefined;
}

/** Reports each schema, and each other reusable part, that leads back to itself with no object or list in between: it has no type. */
function reportCycles(referred: ReadonlySet<ManifestNode | undefined>, root: ManifestNode, report: Reporter): void {
  const nextOf = (node: ManifestNode): readonly ManifestNode[] => {
    if (node.kind !== "map") return [];
    const reference = stringIn(node, "$ref");
    const target = reference === undefined ? undefined : nodeAt(root, decoded(reference.slice(1)));
    if (reference !== undefined) return target === undefined ? [] : [target];
    return ["allOf", "anyOf", "oneOf"].flatMap((key) => {
      const parts = node.entries.get(key)?.value;
      return parts?.kind === "list" ? parts.items : [];
    });
  };
  for (const node of referred) {
    if (node === undefined) continue;
    // What is added during the loop is visited too.
    const seen = new Set(nextOf(node));
    for (const part of seen) for (const next of part === node ? [] : nextOf(part)) seen.add(next);
    if (!seen.has(node)) continue;
    const hint = "put the reference under `properties` or `items`";
    report(diagnose("KG706", node.at, `\`${node.path}\` refers only to itself`, hint));
  }
}

function textOf(node: ManifestNode | undefined): string | undefined {
  return node?.kind === "scalar" && typeof node.value === "string" ? node.value : undefined;
}

/** What a path or an operation refers to, or the node itself. `undefined` if that is nothing, or if it refers only to itself. */
function referredTo(node: ManifestNode, root: ManifestNode): ManifestNode | undefined {
  const seen = new Set<ManifestNode>();
  for (let at: ManifestNode | undefined = node; at !== undefined; ) {
    const reference: string | undefined = at.kind === "map" ? stringIn(at, "$ref") : undefined;
    if (reference === undefined) return at;
    if (seen.has(at)) return undefined;
    seen.add(at);
    at = nodeAt(root, decoded(reference.slice(1)));
  }
  return undefined;
}

function scopesOf(node: ManifestNode | undefined, report: Reporter): readonly string[] {
  if (node === undefined) return [];
  const given: readonly ManifestNode[] = node.kind === "list" ? node.items : [node];
  const hint = "write `[issues:read]`, or `[]` if the operation needs no scope";
  return given.flatMap((item) => {
    const scope = node.kind === "list" ? textOf(item)?.trim() : undefined;
    if (scope) return [scope];
    report(diagnose("KG709", item.at, `\`${node.path}\` must be a list of scopes`, hint));
    return [];
  });
}

function operationsOf(paths: MapNode, root: ManifestNode, report: Reporter): OperationRecord[] {
  return [...paths.entries].flatMap(([path, { value }]) => {
    if (path.startsWith("x-")) return [];
    const item = referredTo(value, root);
    if (item === undefined) return [];
    if (!path.startsWith("/") || item.kind !== "map") {
      report(diagnose("KG709", value.at, `\`${value.path}\` is not a path with operations`));
      return [];
    }
    const misplaced = item.entries.get("x-kiket-scopes");
    if (misplaced)
      report(diagnose("KG709", misplaced.keyAt, "`x-kiket-scopes` must be in an operation, not in a path"));
    return methods.flatMap((method): OperationRecord[] => {
      const given = item.entries.get(method)?.value;
      const operation = given && referredTo(given, root);
      if (operation === undefined) return [];
      if (operation.kind === "map") {
        return [{ method, path, scopes: scopesOf(operation.entries.get("x-kiket-scopes")?.value, report) }];
      }
      report(diagnose("KG709", operation.at, `\`${operation.path}\` is not an operation`));
      return [];
    });
  });
}

/** Finds each `operationId` that an earlier operation has too, wherever operations stand, and reports it. */
function repeatedIds(root: ManifestNode, report: Reporter): ReadonlySet<ManifestNode> {
  const first = new Map<string, ManifestNode>();
  const repeated = new Set<ManifestNode>();
  const readId = (operation: ManifestNode | undefined): void => {
    const id = operation?.kind === "map" ? operation.entries.get("operationId")?.value : undefined;
    if (id === undefined) return;
    const text = textOf(id);
    // The type compiler writes `#` as `/`.
    const name = text?.replaceAll("#", "/") ?? "";
    const earlier = first.get(name);
    if (text === undefined) report(diagnose("KG709", id.at, `\`${id.path}\` must be text`));
    else if (earlier === undefined) first.set(name, id);
    else {
      repeated.add(id);
      const hint = "give each operation an id of its own";
      report(diagnose("KG710", id.at, `the operationId \`${text}\` is already used on line ${earlier.at.line}`, hint));
    }
  };
  const visit = (node: ManifestNode, named: boolean): void => {
    if (node.kind === "list") for (const item of node.items) visit(item, false);
    if (node.kind !== "map") return;
    for (const [key, { value }] of node.entries) {
      if (!named && methods.some((method) => method === key)) readId(value);
      if (named || !isData(key)) visit(value, !named && mapKeywords.has(key));
    }
  };
  visit(root, false);
  return repeated;
}

/** Says which document was found instead of an OpenAPI 3 document with paths; `undefined` if it is one. */
function otherDocument(root: ManifestNode): { readonly at: Position; readonly message: string } | undefined {
  if (root.kind === "list")
    return { at: root.at, message: "the document is a list, not a map with `openapi` and `paths`" };
  if (root.kind === "scalar") {
    const found = root.value === null || root.text === "" ? "is empty" : "is a single value";
    return { at: root.at, message: `the document ${found}; it must be a map with \`openapi\` and \`paths\`` };
  }
  const [version, paths, webhooks] = ["openapi", "paths", "webhooks"].map((key) => root.entries.get(key));
  if (version === undefined) {
    const name = ["swagger", "asyncapi", "arazzo", "overlay", "openrpc", "$schema"].find((key) =>
      root.entries.has(key),
    );
    const other = name === undefined ? undefined : root.entries.get(name);
    const found = textOf(other?.value) ?? (other?.value.kind === "scalar" ? other.value.text : "");
    const message =
      other === undefined
        ? "the document has no key `openapi`, so it is not an OpenAPI document"
        : `the document has \`${name}: ${found}\`, not \`openapi\`: it is not an OpenAPI 3 document`;
    return { at: other?.keyAt ?? root.at, message };
  }
  if (version.value.kind !== "scalar" || !/^3\.[012](\.|$)/.test(version.value.text)) {
    const found = version.value.kind === "scalar" ? version.value.text : `a ${version.value.kind}`;
    return { at: version.value.at, message: `\`openapi: ${found}\` is not supported: it must be 3.0, 3.1 or 3.2` };
  }
  if (paths?.value.kind === "map") return undefined;
  if (paths !== undefined) return { at: paths.value.at, message: "`paths` must be a map of paths" };
  const found = webhooks === undefined ? "has no `paths`" : "has only `webhooks` and no `paths`";
  return {
    at: webhooks?.keyAt ?? root.at,
    message: `the document ${found}, so there is nothing that a handler could call`,
  };
}

const conversion =
  "convert the document to OpenAPI 3 first, for example with swagger2openapi or https://converter.swagger.io";

/** Reads an OpenAPI 3 document in YAML or JSON. Reports every mistake; if one is an error, returns `undefined`. */
export function readOpenApi(source: Source, report: Reporter): OpenApi | undefined {
  let sound = true;
  const note: Reporter = (diagnostic) => {
    sound &&= diagnostic.severity !== "error";
    report(diagnostic);
  };
  const root = (source.path.endsWith(".json") ? readJson : readYaml)(source, note, maxLength);
  if (root === undefined) return undefined;
  const other = otherDocument(root);
  const paths = root.kind === "map" ? root.entries.get("paths")?.value : undefined;
  if (other !== undefined || root.kind !== "map" || paths?.kind !== "map") {
    const isSwagger = root.kind === "map" && root.entries.has("swagger");
    if (other !== undefined) note(diagnose("KG709", other.at, other.message, isSwagger ? conversion : undefined));
    return undefined;
  }
  const referred = new Set(referencesIn(root).map((reference) => targetOf(reference, root, note)));
  reportNumbersOutOfRange(root, "KG709", note);
  const repeated = repeatedIds(root, note);
  const operations = operationsOf(paths, root, note);
  reportCycles(referred, root, note);
  return sound ? { root, operations, repeatedIds: repeated } : undefined;
}

/** A document as plain data, with its keys in the same order and without the nodes that are left out. */
export function toData(node: ManifestNode, leftOut: ReadonlySet<ManifestNode>): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map((item) => toData(item, leftOut));
  const kept = [...node.entries].filter(([, { value }]) => !leftOut.has(value));
  return Object.fromEntries(kept.map(([key, { value }]) => [key, toData(value, leftOut)]));
}
