import { didYouMean } from "../base/did-you-mean.js";
import { diagnose } from "../diagnostics/diagnose.js";
import type { Reference, SecretModel, SettingModel, TemplateVariable } from "../model/model.js";
import { secretTypes, type ValueType, valueTypes } from "../model/value-type.js";
import {
  asMap,
  asText,
  booleanAt,
  child,
  itemsAt,
  type ManifestNode,
  type MapNode,
  mapAt,
  mapsAt,
  numberAt,
  type Reporter,
  requiredTextAt,
  textAt,
} from "../yaml/node.js";
import { type Coerced, coerce, type Limits } from "./coerce.js";
import { parseReference } from "./value-references.js";

/** A declared setting or secret, with its node in the file. A secret never becomes a setting. */
export type Field = { readonly kind: "setting"; readonly setting: SettingModel; readonly node: MapNode } | SecretField;

export interface SecretField {
  readonly kind: "secret";
  readonly secret: SecretModel;
  readonly node: MapNode;
}

/** In the syntax of templates, `${NAME}` is plain text and not a reference. */
const templateTypes: ReadonlySet<string | undefined> = new Set(["template", "html"]);

/** Whether a type has options. The platform ignores the options of dynamic types. */
export function takesOptions(type = "string"): boolean {
  // (fact 652)
  return ["string", "text", "select"].includes(type);
}

/** The values of `options`, a list of `{value, label}` maps or of plain values; empty for types without options. */
export function readOptions(map: MapNode, type: string | undefined, report: Reporter): readonly string[] {
  if (!takesOptions(type)) return [];
  const values = itemsAt(map, "options", report).flatMap((item) => {
    const value = item.kind === "map" ? requiredTextAt(item, "value", report) : asText(item, report);
    return value ?? [];
  });
  return [...new Set(values)];
}

/** The type of a parameter or a variable; the default is text. An unknown type is not reported. */
export function readPlainType(map: MapNode, report: Reporter): ValueType {
  return valueTypes.get(textAt(map, "type", report) ?? "string") ?? "unknown";
}

function readVariables(map: MapNode, report: Reporter): readonly TemplateVariable[] {
  const typed = (item: MapNode): { name: string; type: ValueType }[] => {
    const name = requiredTextAt(item, "name", report);
    return name === undefined ? [] : [{ name, type: readPlainType(item, report) }];
  };
  return mapsAt(map, "variables", report).flatMap((variable) =>
    typed(variable).map((named) => ({ ...named, properties: mapsAt(variable, "properties", report).flatMap(typed) })),
  );
}

function inferType(node: ManifestNode | undefined): ValueType {
  if (node?.kind === "map") return "object";
  if (node?.kind !== "scalar") return "unknown";
  return typeof node.value === "number" || typeof node.value === "boolean"
    ? (typeof node.value as "number" | "boolean")
    : "string";
}

function readType(key: string, declared: string | undefined, map: MapNode, report: Reporter): ValueType {
  if (declared === undefined) return inferType(child(map, "default"));
  const type = valueTypes.get(declared);
  if (type !== undefined) return type;
  const at = child(map, "type")?.at ?? map.at;
  const known = [...valueTypes.keys(), ...secretTypes];
  const hint = didYouMean(declared, known, `known types: ${known.join(", ")}`);
  report(diagnose("KG207", at, `unknown type \`${declared}\`; the generated type of \`${key}\` is unknown`, hint));
  return "unknown";
}

function readLimits(map: MapNode, type: string | undefined, report: Reporter): Limits {
  return {
    min: numberAt(map, "min", report),
    max: numberAt(map, "max", report),
    maxLength: numberAt(mapAt(map, "validation", report), "max_length", report),
    options: readOptions(map, type, report),
  };
}

interface Default {
  readonly value: unknown;
  readonly from: Reference | undefined;
}

function readDefault(
  { key, type, declaredType }: Pick<SettingModel, "key" | "type" | "declaredType">,
  node: ManifestNode | undefined,
  limits: Limits,
  report: Reporter,
): Default {
  if (node === undefined) return { value: undefined, from: undefined };
  const from = node.kind === "scalar" && !templateTypes.has(declaredType) ? parseReference(node.text) : undefined;
  if (from !== undefined && from.fallback === undefined) return { value: undefined, from };
  const fallback = from?.fallback;
  const written: ManifestNode =
    fallback === undefined ? node : { kind: "scalar", path: node.path, at: node.at, value: fallback, text: fallback };
  const coerced: Coerced = coerce(written, type, limits);
  if ("value" in coerced) return { value: coerced.value, from };
  report(diagnose("KG206", node.at, `the default of \`${key}\` ${coerced.problem}`));
  return { value: undefined, from };
}

export function readRequired(map: MapNode, report: Reporter): boolean {
  return booleanAt(map, "required", report) ?? false;
}

/** Reads one declared value; `at` is the position of its key. */
export function readField(key: string, at: SettingModel["at"], map: MapNode, report: Reporter): Field {
  const required = readRequired(map, report);
  const label = textAt(map, "label", report);
  const description = textAt(map, "description", report);
  const declaredType = textAt(map, "type", report);
  if (booleanAt(map, "secret", report) || secretTypes.has(declaredType ?? "")) {
    return { kind: "secret", secret: { key, required, label, description, at }, node: map };
  }
  const type = readType(key, declaredType, map, report);
  const limits = readLimits(map, declaredType, report);
  const { value, from } = readDefault({ key, type, declaredType }, child(map, "default"), limits, report);
  const setting: SettingModel = {
    key,
    type,
    declaredType,
    default: value,
    ...(from && { defaultFrom: from }),
    required,
    options: limits.options,
    label,
    description,
    variables: readVariables(map, report),
    at,
  };
  return { kind: "setting", setting, node: map };
}

/** `{KEY: {type, default, …}}` */
export function readFieldMap(map: MapNode, report: Reporter): readonly Field[] {
  return [...map.entries].flatMap(([key, { keyAt, value }]) => {
    const field = asMap(value, report);
    return field === undefined ? [] : [readField(key, keyAt, field, report)];
  });
}

/** `[{key, type, default, …}]` */
export function readFieldList(map: MapNode, listKey: string, report: Reporter): readonly Field[] {
  return mapsAt(map, listKey, report).flatMap((item) => {
    const key = requiredTextAt(item, "key", report);
    return key === undefined ? [] : [readField(key, child(item, "key")?.at ?? item.at, item, report)];
  });
}

/** `[{key, label, description, required}]`, where each item is a secret. */
export function readSecretList(map: MapNode | undefined, listKey: string, report: Reporter): readonly SecretField[] {
  return mapsAt(map, listKey, report).flatMap((node): SecretField[] => {
    const key = requiredTextAt(node, "key", report);
    if (key === undefined) return [];
    const required = readRequired(node, report);
    const label = textAt(node, "label", report);
    const description = textAt(node, "description", report);
    const at = child(node, "key")?.at ?? node.at;
    return [{ kind: "secret", secret: { key, required, label, description, at }, node }];
  });
}
