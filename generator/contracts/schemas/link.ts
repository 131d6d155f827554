import { diagnose } from "../../diagnostics/diagnose.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { Position } from "../../model/model.js";
import { type ManifestNode, type MapNode, plainValue, type Reporter } from "../../yaml/node.js";
import { type Confidence, confidences } from "../event-catalog.js";
import { exampleOf } from "./example.js";
import { follow, isEnvelope, referenceOf, type SchemaFiles } from "./follow-reference.js";
import { readKeywords, readTypes } from "./keywords.js";
import { definitionOf, type EventSchema, referenceTo, type Schema } from "./schema.js";
import { createNamer } from "./type-names.js";

/** An event's file in the folder. */
export interface EventFile {
  readonly path: string;
  readonly event: string;
  readonly version: string;
  readonly root: ManifestNode;
}

interface Linking {
  readonly files: SchemaFiles;
  readonly report: Reporter;
  readonly nameOf: (text: string) => string;
  /** Names of definitions by the schemas that they are read from. */
  readonly names: Map<ManifestNode, string>;
  readonly definitions: Map<string, Schema>;
  readonly places: Map<string, Position>;
}

/** Turns a reference into one to the event's own definitions. Each place that is referred to becomes a definition. */
function readReference(node: MapNode, file: string, linking: Linking): Schema {
  const target = follow(node, file, linking.files, linking.report);
  if (target === undefined) return {};
  const known = linking.names.get(target.node);
  if (known !== undefined) return { $ref: referenceTo(known) };
  const title = target.node.kind === "map" ? target.node.entries.get("title")?.value : undefined;
  const name = linking.nameOf(title?.kind === "scalar" ? title.text : target.name);
  linking.names.set(target.node, name);
  linking.places.set(name, target.node.at);
  linking.definitions.set(name, {});
  linking.definitions.set(name, { title: name, ...readSchema(target.node, target.file, linking) });
  return { $ref: referenceTo(name) };
}

/** Whether keywords beside a reference count. They do not up to draft 7. */
export function countsSiblings(file: string, files: SchemaFiles): boolean {
  const root = files.get(file)?.root;
  const draft = root?.kind === "map" ? root.entries.get("$schema")?.value : undefined;
  return !(draft?.kind === "scalar" && /draft-0[3-7]\b/.test(draft.text));
}

function readSchema(node: ManifestNode, file: string, linking: Linking): Schema {
  if (node.kind === "scalar" && typeof node.value === "boolean") return node.value ? {} : { tsType: "never" };
  if (node.kind !== "map") {
    linking.report(diagnose("KG703", node.at, `\`${node.path}\` must be a schema: an object, true or false`));
    return {};
  }
  const read = (child: ManifestNode) => readSchema(child, file, linking);
  if (referenceOf(node) === undefined) return readKeywords(node, read, linking.report);
  const target = readReference(node, file, linking);
  if (!countsSiblings(file, linking.files)) return target;
  const { description, ...own } = readKeywords(node, read, linking.report);
  return Object.keys(own).length === 0 ? target : { allOf: [target, own] };
}

interface Payload {
  readonly members: Map<string, Schema[]>;
  readonly required: Set<string>;
  readonly seen: Set<ManifestNode>;
}

/** Collects a payload's members from its parts. Members of only one alternative may be absent. */
function gather(node: ManifestNode, file: string, optional: boolean, payload: Payload, linking: Linking): void {
  if (payload.seen.has(node) || (node.kind === "scalar" && node.value === true)) return;
  payload.seen.add(node);
  const types = node.kind === "map" ? readTypes(node, linking.report) : [];
  if (node.kind !== "map" || (types.length > 0 && !types.includes("object"))) {
    linking.report(diagnose("KG703", node.at, "a payload must be described as an object", "use `type: object`"));
    return;
  }
  const target = follow(node, file, linking.files, linking.report);
  if (target !== undefined && !isEnvelope(target, linking.files)) {
    gather(target.node, target.file, optional, payload, linking);
  }
  const own = readKeywords(withoutAlternatives(node), (child) => readSchema(child, file, linking), linking.report);
  for (const [name, schema] of Object.entries(own.properties ?? {})) {
    payload.members.set(name, [...(payload.members.get(name) ?? []), schema]);
  }
  if (!optional) for (const name of own.required ?? []) payload.required.add(name);
  for (const keyword of ["allOf", "anyOf", "oneOf"]) {
    const parts = node.entries.get(keyword)?.value;
    if (parts?.kind !== "list") continue;
    for (const part of parts.items) gather(part, file, optional || keyword !== "allOf", payload, linking);
  }
}

/** The schema without `allOf`, `anyOf` and `oneOf`: `gather` reads these parts one by one. */
function withoutAlternatives(node: MapNode): MapNode {
  const entries = [...node.entries].map(([key, entry]) => {
    const parts = ["allOf", "anyOf", "oneOf"].includes(key) && entry.value.kind === "list";
    return [key, parts ? { ...entry, value: { ...entry.value, items: [] } } : entry] as const;
  });
  return { ...node, entries: new Map(entries) };
}

function joined(schemas: readonly Schema[]): Schema {
  const distinct = [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
  return distinct.length === 1 && distinct[0] !== undefined ? distinct[0] : { anyOf: distinct };
}

/** Reports definitions that lead back to themselves with no object or list in between: they have no type. */
function reportCycles({ definitions, places, report }: Linking): void {
  const byName = Object.fromEntries(definitions);
  const leadsTo = (schema: Schema, wanted: Schema, seen: Set<Schema>): boolean => {
    const target = definitionOf(schema, byName);
    const next = [...(target === undefined ? [] : [target]), ...(schema.anyOf ?? []), ...(schema.allOf ?? [])];
    return next.some((part) => part === wanted || (!seen.has(part) && leadsTo(part, wanted, seen.add(part))));
  };
  for (const [name, schema] of definitions) {
    const at = places.get(name);
    if (at !== undefined && leadsTo(schema, schema, new Set())) {
      report(
        diagnose(
          "KG706",
          at,
          `the schema of ${name} refers only to itself`,
          "put the reference under `properties` or `items`",
        ),
      );
    }
  }
}

function wordAt(root: ManifestNode, key: string): unknown {
  const node = root.kind === "map" ? root.entries.get(key)?.value : undefined;
  return node === undefined ? undefined : plainValue(node);
}

function confidenceOf(root: ManifestNode): Confidence {
  const given = wordAt(root, "x-kiket-confidence");
  return confidences.find((word) => word === given) ?? "documented";
}

/** Reads one event's schema and everything that it refers to. */
export function linkEvent(file: EventFile, files: SchemaFiles, report: (diagnostic: Diagnostic) => void): EventSchema {
  const linking: Linking = {
    files,
    report,
    nameOf: createNamer(),
    names: new Map(),
    definitions: new Map(),
    places: new Map(),
  };
  const payload: Payload = { members: new Map(), required: new Set(), seen: new Set() };
  gather(file.root, file.path, false, payload, linking);
  reportCycles(linking);
  const description = file.root.kind === "map" ? file.root.entries.get("description")?.value : undefined;
  return {
    event: file.event,
    version: file.version,
    description: description?.kind === "scalar" ? description.text : "",
    confidence: confidenceOf(file.root),
    ...(wordAt(file.root, "x-kiket-answer") === "verdict" ? { answer: "verdict" } : {}),
    members: Object.fromEntries([...payload.members].map(([name, schemas]) => [name, joined(schemas)])),
    required: [...payload.required].filter((name) => payload.members.has(name)),
    definitions: Object.fromEntries(linking.definitions),
    example: exampleOf(file.root, file.path, files),
  };
}
