import { diagnose } from "../../diagnostics/diagnose.js";
import { type ManifestNode, type MapNode, type Reporter, stringIn } from "../../yaml/node.js";
import { readJson } from "../../yaml/read-json.js";
import { readYaml, type Source } from "../../yaml/read-yaml.js";
import { methods, type OperationRecord } from "../operations.js";
import { decoded, nodeAt } from "../schemas/follow-reference.js";
import { reportNumbersOutOfRange } from "../schemas/number-range.js";
import { mapKeywords } from "./openapi-comments.js";

/** An OpenAPI document whose references all point inside it. */
export interface OpenApi {
  readonly root: MapNode;
  readonly operations: readonly OperationRecord[];
}

/** Keywords whose values are data; there `$ref` is an ordinary key. */
const data = new Set(["default", "enum", "const", "example", "examples"]);

function checkReference(node: ManifestNode, root: ManifestNode, report: Reporter): void {
  const reference = node.kind === "scalar" && typeof node.value === "string" ? node.value : "";
  if (!reference.startsWith("#")) {
    const hint = "bundle the document into one file first";
    report(diagnose("KG705", node.at, `the reference "${reference}" points outside the document`, hint));
  } else if (!/^#\/(components|paths)\//.test(reference)) {
    report(diagnose("KG704", node.at, `the reference "${reference}" does not start with #/components/ or #/paths/`));
  } else if (nodeAt(root, decoded(reference.slice(1))) === undefined) {
    report(diagnose("KG704", node.at, `the reference "${reference}" points to nothing in the document`));
  }
}

function checkReferences(node: ManifestNode, root: ManifestNode, report: Reporter, names = false): void {
  if (node.kind === "list") for (const item of node.items) checkReferences(item, root, report);
  if (node.kind !== "map") return;
  for (const [key, { value }] of node.entries) {
    if (names) checkReferences(value, root, report);
    else if (key === "$ref") checkReference(value, root, report);
    else if (!data.has(key) && !key.startsWith("x-")) checkReferences(value, root, report, mapKeywords.has(key));
  }
}

function textOf(node: ManifestNode | undefined): string | undefined {
  return node?.kind === "scalar" && typeof node.value === "string" ? node.value : undefined;
}

/** What a path or an operation refers to, or the node itself. `checkReferences` reports references to nothing. */
function referredTo(node: ManifestNode, root: ManifestNode, report: Reporter): ManifestNode | undefined {
  const seen = new Set<ManifestNode>();
  for (let at: ManifestNode | undefined = node; at !== undefined; ) {
    const reference: string | undefined = at.kind === "map" ? stringIn(at, "$ref") : undefined;
    if (reference === undefined) return at;
    if (seen.has(at)) {
      report(diagnose("KG706", node.at, `\`${node.path}\` refers only to itself`));
      return undefined;
    }
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
    const item = referredTo(value, root, report);
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
      const operation = given && referredTo(given, root, report);
      if (operation === undefined) return [];
      if (operation.kind === "map") {
        return [{ method, path, scopes: scopesOf(operation.entries.get("x-kiket-scopes")?.value, report) }];
      }
      report(diagnose("KG709", operation.at, `\`${operation.path}\` is not an operation`));
      return [];
    });
  });
}

/** Reads an OpenAPI 3 document in YAML or JSON. Reports every mistake; if one is an error, returns `undefined`. */
export function readOpenApi(source: Source, report: Reporter): OpenApi | undefined {
  let sound = true;
  const note: Reporter = (diagnostic) => {
    sound &&= diagnostic.severity !== "error";
    report(diagnostic);
  };
  const root = source.path.endsWith(".json") ? readJson(source, note) : readYaml(source, note);
  if (root === undefined) return undefined;
  const version = root.kind === "map" ? root.entries.get("openapi")?.value : undefined;
  const paths = root.kind === "map" ? root.entries.get("paths")?.value : undefined;
  const supported = version?.kind === "scalar" && /^3\.[012](\.|$)/.test(version.text);
  if (root.kind !== "map" || !supported || paths?.kind !== "map") {
    const at = supported ? (paths?.at ?? root.at) : (version?.at ?? root.at);
    note(diagnose("KG709", at, "the document must have `openapi: 3.0` or 3.1, and a map `paths`"));
    return undefined;
  }
  checkReferences(root, root, note);
  reportNumbersOutOfRange(root, "KG709", note);
  const operations = operationsOf(paths, root, note);
  return sound ? { root, operations } : undefined;
}

/** A document as plain data, with its keys in the same order. */
export function toData(node: ManifestNode): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(toData);
  return Object.fromEntries([...node.entries].map(([key, { value }]) => [key, toData(value)]));
}
