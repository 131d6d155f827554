import { compare } from "../base/naming.js";
import type { OpenApi } from "../contracts/openapi/openapi.js";
import { callOf } from "../contracts/operations.js";
import { decoded, nodeAt } from "../contracts/schemas/follow-reference.js";
import { readKeywords } from "../contracts/schemas/keywords.js";
import { referenceTo, type Schema } from "../contracts/schemas/schema.js";
import { scopeKey } from "../model/scopes.js";
import type { ManifestNode, MapNode, Reporter } from "../yaml/node.js";
import { type SchemaChange, schemaChanges } from "./changes.js";

export interface OperationChanges {
  /** `get /path`. */
  readonly operation: string;
  readonly changes: readonly SchemaChange[];
}

/** The request and the response of an operation, each as one schema. */
interface Operation {
  readonly scopes: readonly string[];
  readonly given: Schema;
  readonly answered: Schema;
}

interface Described {
  readonly operations: ReadonlyMap<string, Operation>;
  readonly definitions: Readonly<Record<string, Schema>>;
}

interface Reading {
  readonly root: MapNode;
  readonly report: Reporter;
  readonly definitions: Map<string, Schema>;
}

function entryOf(node: ManifestNode | undefined, ...keys: readonly string[]): ManifestNode | undefined {
  return keys.reduce((at, key) => (at?.kind === "map" ? at.entries.get(key)?.value : undefined), node);
}

function textOf(node: ManifestNode | undefined): string {
  return node?.kind === "scalar" ? node.text : "";
}

function pointerOf(node: ManifestNode | undefined): string | undefined {
  const reference = entryOf(node, "$ref");
  return reference === undefined ? undefined : decoded(textOf(reference).slice(1));
}

/** Follows references to the node itself. */
function resolved(node: ManifestNode | undefined, root: MapNode, hops = 8): ManifestNode | undefined {
  const pointer = pointerOf(node);
  return pointer === undefined || hops === 0 ? node : resolved(nodeAt(root, pointer), root, hops - 1);
}

/** OpenAPI 3.1 uses JSON Schema; OpenAPI 3.0 also has `nullable`. */
function readSchema(node: ManifestNode | undefined, reading: Reading): Schema {
  if (node?.kind !== "map") return {};
  const pointer = pointerOf(node);
  if (pointer !== undefined) {
    if (!reading.definitions.has(pointer)) {
      reading.definitions.set(pointer, {});
      reading.definitions.set(pointer, readSchema(nodeAt(reading.root, pointer), reading));
    }
    return { $ref: referenceTo(pointer) };
  }
  const schema = readKeywords(node, (child) => readSchema(child, reading), reading.report);
  return textOf(entryOf(node, "nullable")) === "true" ? { anyOf: [schema, { type: "null" }] } : schema;
}

function jsonOf(content: ManifestNode | undefined, reading: Reading): Schema {
  const media = content?.kind === "map" ? [...content.entries].find(([type]) => /\bjson\b/.test(type)) : undefined;
  return readSchema(entryOf(media?.[1].value, "schema"), reading);
}

const places = ["path", "query", "header", "cookie"];

function parametersOf(nodes: readonly (ManifestNode | undefined)[], reading: Reading): Record<string, Schema> {
  const listed = nodes.flatMap((node) => (node?.kind === "list" ? node.items : []));
  const parameters = listed.map((node) => resolved(node, reading.root));
  return Object.fromEntries(
    places.flatMap((place): [string, Schema][] => {
      const own = parameters.filter((node) => textOf(entryOf(node, "in")) === place);
      if (own.length === 0) return [];
      const named = own.map((node) => [textOf(entryOf(node, "name")), node] as const);
      const required = named.filter(([, node]) => textOf(entryOf(node, "required")) === "true");
      const properties = Object.fromEntries(
        named.map(([name, node]) => [name, readSchema(entryOf(node, "schema"), reading)]),
      );
      return [[place, { type: "object", properties, required: required.map(([name]) => name) }]];
    }),
  );
}

function givenTo(operation: ManifestNode, item: ManifestNode | undefined, reading: Reading): Schema {
  const empty: Schema = { type: "object", properties: {}, required: [] };
  const parameters = parametersOf([entryOf(item, "parameters"), entryOf(operation, "parameters")], reading);
  const body = resolved(entryOf(operation, "requestBody"), reading.root);
  return {
    type: "object",
    properties: {
      ...Object.fromEntries(places.map((place) => [place, parameters[place] ?? empty])),
      ...(body === undefined ? {} : { body: jsonOf(entryOf(body, "content"), reading) }),
    },
    required: [...places, ...(textOf(entryOf(body, "required")) === "true" ? ["body"] : [])],
  };
}

function answerOf(operation: ManifestNode, reading: Reading): Schema {
  const responses = entryOf(operation, "responses");
  const good = responses?.kind === "map" ? [...responses.entries].filter(([status]) => /^2/.test(status)) : [];
  const bodies = good.flatMap(([, { value }]) => {
    const content = entryOf(resolved(value, reading.root), "content");
    return content === undefined ? [] : [jsonOf(content, reading)];
  });
  return bodies.length === 1 && bodies[0] !== undefined ? bodies[0] : bodies.length === 0 ? {} : { anyOf: bodies };
}

function describe({ root, operations }: OpenApi, report: Reporter): Described {
  const reading: Reading = { root, report, definitions: new Map() };
  const described = operations.map((record): [string, Operation] => {
    const item = resolved(entryOf(root, "paths", record.path), root);
    const operation = entryOf(item, record.method);
    const given = operation === undefined ? {} : givenTo(operation, item, reading);
    const answered = operation === undefined ? {} : answerOf(operation, reading);
    return [callOf(record), { scopes: record.scopes, given, answered }];
  });
  return { operations: new Map(described), definitions: Object.fromEntries(reading.definitions) };
}

function scopeChanges(before: Operation, after: Operation): SchemaChange[] {
  const lacks = (scopes: readonly string[], scope: string) => !scopes.map(scopeKey).includes(scopeKey(scope));
  const added = after.scopes.filter((scope) => lacks(before.scopes, scope));
  const removed = before.scopes.filter((scope) => lacks(after.scopes, scope));
  return [
    ...added.map(
      (scope): SchemaChange => ({
        kind: "permission-added",
        breaking: true,
        path: "",
        message: `now needs the permission ${scope}`,
      }),
    ),
    ...removed.map(
      (scope): SchemaChange => ({
        kind: "permission-removed",
        breaking: false,
        path: "",
        message: `no longer needs the permission ${scope}`,
      }),
    ),
  ];
}

/** Compares two OpenAPI documents from the caller's point of view. */
export function compareOperations(before: OpenApi, after: OpenApi, report: Reporter): OperationChanges[] {
  const [old, now] = [describe(before, report), describe(after, report)];
  const calls = [...new Set([...old.operations.keys(), ...now.operations.keys()])].sort(compare);
  return calls.flatMap((operation): OperationChanges[] => {
    const [then, today] = [old.operations.get(operation), now.operations.get(operation)];
    const whole = (kind: "operation-added" | "operation-removed", breaking: boolean, message: string) => [
      { operation, changes: [{ kind, breaking, path: "", message }] },
    ];
    if (then === undefined) return whole("operation-added", false, "added");
    if (today === undefined) return whole("operation-removed", true, "removed");
    const between = (side: "given" | "answered") =>
      [
        { schema: then[side], definitions: old.definitions },
        { schema: today[side], definitions: now.definitions },
      ] as const;
    const answered = schemaChanges(...between("answered"), "read").map((change) => ({
      ...change,
      path: change.path === "" ? "answer" : `answer.${change.path}`,
    }));
    const changes = [...scopeChanges(then, today), ...schemaChanges(...between("given"), "made"), ...answered];
    return changes.length === 0 ? [] : [{ operation, changes }];
  });
}
