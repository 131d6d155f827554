import { shippedSchemas } from "./schemas/shipped.js";

/** A part of JSON Schema, as the shipped schemas of the manifest and of modules use it. */
interface ManifestSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, ManifestSchema>>;
  readonly additionalProperties?: ManifestSchema | boolean;
  readonly items?: ManifestSchema;
  readonly allOf?: readonly ManifestSchema[];
  readonly anyOf?: readonly ManifestSchema[];
  readonly then?: ManifestSchema;
  readonly else?: ManifestSchema;
  readonly $defs?: Readonly<Record<string, ManifestSchema>>;
}

/** A key below a part of the manifest. */
export interface ReferenceKey {
  /** Below the part: `event`, `[].event` in a list, `<key>.type` in a map with keys of the author's own. */
  readonly path: string;
  /** `string`, `list of string`, `map`; several are joined by "or". */
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
  readonly default?: unknown;
  readonly examples: readonly unknown[];
  /** The values that are allowed; empty if others are. */
  readonly values: readonly unknown[];
}

/** A part of the manifest in one format. */
export interface ReferencePart {
  /** `canonical`, or `module` for a module's own file. */
  readonly format: string;
  /** `extension.hooks`. */
  readonly path: string;
  readonly type: string;
  readonly description: string;
  readonly keys: readonly ReferenceKey[];
  /** Names that are known, with what they mean. Others are allowed. */
  readonly names: readonly { readonly name: string; readonly description: string }[];
  /** The part as an author may write it, with the keys around it. */
  readonly sample: unknown;
}

/** Where each topic stands: in the canonical format first, and then in the formats that write it in another form. */
const topicPlaces = {
  settings: [
    ["canonical", "formatCanonical", "extension.configuration"],
    ["canonical-1.1", "formatCanonical11", "settings"],
    ["scaffold", "formatScaffold", "configuration"],
    ["flat-settings", "formatFlatSettings", "settings"],
    ["flat-properties", "formatFlatProperties", "configuration.properties"],
    ["legacy-json", "formatLegacyJson", "configuration.settings"],
    ["version-two", "formatVersionTwo", "settings"],
  ],
  parameters: [
    ["canonical", "formatCanonical", "extension.contributes.commands[].parameters"],
    ["canonical", "formatCanonical", "extension.contributes.workflow_actions[].parameters"],
    ["minimal", "formatMinimal", "actions[].inputs"],
  ],
  tables: [
    ["module", "form1", "tables"],
    ["module (older form)", "form2", "module.tables"],
    ["canonical", "formatCanonical", "extension.custom_data"],
  ],
  permissions: [
    ["canonical", "formatCanonical", "extension.permissions"],
    ["scaffold", "formatScaffold", "permissions"],
    ["minimal", "formatMinimal", "scopes"],
  ],
  hooks: [
    ["canonical", "formatCanonical", "extension.hooks"],
    ["canonical", "formatCanonical", "extension.activationEvents"],
    ["scaffold", "formatScaffold", "hooks"],
    ["marketplace", "formatMarketplace", "extension.events"],
    ["flat-settings", "formatFlatSettings", "events"],
    ["version-two", "formatVersionTwo", "triggers"],
  ],
  setup: [
    ["canonical", "formatCanonical", "extension.setup"],
    ["canonical", "formatCanonical", "extension.output_fields"],
    ["flat-settings", "formatFlatSettings", "setup"],
  ],
} as const;

export type Topic = keyof typeof topicPlaces;

export const topics: readonly Topic[] = Object.keys(topicPlaces) as Topic[];

/** A schema and all that it consists of. */
function partsOf(schema: ManifestSchema, root: ManifestSchema): readonly ManifestSchema[] {
  const target = schema.$ref === undefined ? undefined : root.$defs?.[schema.$ref.replace("#/$defs/", "")];
  const inner = [target, ...(schema.allOf ?? []), schema.then, schema.else].filter((part) => part !== undefined);
  return [schema, ...inner.flatMap((part) => partsOf(part, root))];
}

function membersOf(parts: readonly ManifestSchema[]): ReadonlyMap<string, ManifestSchema> {
  return new Map(parts.flatMap(({ properties }) => Object.entries(properties ?? {})).reverse());
}

function itemsOf(parts: readonly ManifestSchema[]): ManifestSchema | undefined {
  return parts.find(({ items }) => items !== undefined)?.items;
}

function valuesOf(parts: readonly ManifestSchema[]): ManifestSchema | undefined {
  const found = parts.find(({ additionalProperties: values }) => typeof values === "object")?.additionalProperties;
  return typeof found === "object" ? found : undefined;
}

function typeOf(parts: readonly ManifestSchema[], root: ManifestSchema): string {
  const names = [...new Set(parts.flatMap(({ type }) => type ?? []))];
  const items = itemsOf(parts);
  const inner = items === undefined ? "" : typeOf(partsOf(items, root), root);
  const words = names.map((name) => (name === "array" ? `list of ${inner}` : name === "object" ? "map" : name));
  return words.length === 0 ? "any" : words.join(" or ");
}

function descriptionOf(parts: readonly ManifestSchema[]): string {
  return parts.find(({ description }) => description !== undefined)?.description ?? "";
}

/** All keys below a part, in the order of the schema; each after the one that contains it. */
function keysBelow(parts: readonly ManifestSchema[], root: ManifestSchema, prefix: string): readonly ReferenceKey[] {
  const required = new Set(parts.flatMap((part) => part.required ?? []));
  const own = [...membersOf(parts)].reverse().flatMap(([name, schema]): readonly ReferenceKey[] => {
    const inner = partsOf(schema, root);
    const path = prefix === "" ? name : `${prefix}.${name}`;
    const given = inner.find((part) => part.default !== undefined);
    const key: ReferenceKey = {
      path,
      type: typeOf(inner, root),
      required: required.has(name),
      description: descriptionOf(inner),
      ...(given === undefined ? {} : { default: given.default }),
      examples: inner.find(({ examples }) => examples !== undefined)?.examples ?? [],
      values: inner.flatMap((part) => part.enum ?? []),
    };
    return [key, ...keysBelow(inner, root, path)];
  });
  const [items, values] = [itemsOf(parts), valuesOf(parts)];
  return [
    ...own,
    ...(items === undefined ? [] : keysBelow(partsOf(items, root), root, `${prefix}[]`)),
    ...(values === undefined
      ? []
      : keysBelow(partsOf(values, root), root, prefix === "" ? "<key>" : `${prefix}.<key>`)),
  ];
}

/** Every key of one format, from its definition in a shipped schema; without one, from the whole schema. */
export function keysOfFormat(schema: object, definition?: string): readonly ReferenceKey[] {
  const root: ManifestSchema = schema;
  const start = definition === undefined ? root : { $ref: `#/$defs/${definition}` };
  return keysBelow(partsOf(start, root), root, "");
}

/** The names that the items of a list, or the part itself, may have among others. */
function namesOf(parts: readonly ManifestSchema[], root: ManifestSchema): ReferencePart["names"] {
  const items = itemsOf(parts);
  const all = items === undefined ? parts : partsOf(items, root);
  return all.flatMap(({ anyOf }) =>
    (anyOf ?? []).flatMap(({ const: name, description = "" }) =>
      typeof name === "string" ? [{ name, description }] : [],
    ),
  );
}

function partAt(root: ManifestSchema, format: string, definition: string, path: string): ReferencePart {
  let parts = partsOf({ $ref: `#/$defs/${definition}` }, root);
  const steps = path.replaceAll("[]", ".[]").split(".");
  for (const step of steps) {
    const next = step === "[]" ? itemsOf(parts) : membersOf(parts).get(step);
    if (next === undefined) throw new Error(`the shipped schema has no ${path} in ${definition}`);
    parts = partsOf(next, root);
  }
  const example = parts.find(({ examples }) => examples !== undefined)?.examples?.[0];
  const sample = steps.reduceRight((inner, step) => (step === "[]" ? [inner] : { [step]: inner }), example);
  const [type, description] = [typeOf(parts, root), descriptionOf(parts)];
  return { format, path, type, description, keys: keysBelow(parts, root, ""), names: namesOf(parts, root), sample };
}

/** The reference of a part of the manifest, from the shipped schemas: the canonical format first. */
export async function readReference(topic: Topic): Promise<readonly ReferencePart[]> {
  const host = shippedSchemas();
  const read = async (file: string): Promise<ManifestSchema> => JSON.parse((await host.read(file)) ?? "{}");
  const [manifest, module] = await Promise.all([read("extension.schema.json"), read("module.schema.json")]);
  return topicPlaces[topic].map(([format, definition, path]) =>
    partAt(definition.startsWith("format") ? manifest : module, format, definition, path),
  );
}
