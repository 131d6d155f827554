// Makes `known-keys.gen.ts` from the schemas that editors use: the keys that a manifest or a module file can have at each place.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** The name of each format's definition in the manifest's schema. */
export const definitionOf = {
  canonical: "formatCanonical",
  "canonical-1.1": "formatCanonical11",
  scaffold: "formatScaffold",
  "scaffold-text": "formatScaffoldText",
  marketplace: "formatMarketplace",
  "flat-settings": "formatFlatSettings",
  "flat-properties": "formatFlatProperties",
  minimal: "formatMinimal",
  "evidence-adapter": "formatEvidenceAdapter",
  "legacy-json": "formatLegacyJson",
  "version-two": "formatVersionTwo",
};
const forms = ["form1", "form2"];

function resolve(schema, document) {
  if (schema.$ref === undefined) return schema;
  const [, section, name] = schema.$ref.split("/");
  const target = document[section]?.[name];
  if (target === undefined) throw new Error(`no definition ${schema.$ref}`);
  return resolve(target, document);
}

/** A schema and all its parts. Alternatives are one place that allows the keys of all of them. */
function partsOf(schema, document) {
  if (typeof schema !== "object" || schema === null) return [];
  const own = resolve(schema, document);
  const inner = [...(own.allOf ?? []), ...(own.anyOf ?? []), ...(own.oneOf ?? []), own.then, own.else];
  return [own, ...inner.flatMap((part) => partsOf(part, document))];
}

/** Collects places. Equal places share a number; place 0 may contain anything. */
function createPlaces() {
  const numbers = new Map([["{}", 0]]);
  const add = (schemas, document) => {
    const parts = schemas.flatMap((schema) => partsOf(schema, document));
    const properties = new Map();
    for (const part of parts) {
      for (const [key, value] of Object.entries(part.properties ?? {})) {
        properties.set(key, [...(properties.get(key) ?? []), value]);
      }
    }
    const gather = (keyword) =>
      parts.map((part) => part[keyword]).filter((value) => value !== undefined && value !== false);
    const place = {};
    const keys = [...properties.keys()].sort();
    if (keys.length > 0) place.keys = Object.fromEntries(keys.map((key) => [key, add(properties.get(key), document)]));
    const values = gather("additionalProperties");
    if (values.length > 0) place.others = add(values, document);
    const items = gather("items");
    const item = items.length > 0 ? add(items, document) : 0;
    if (item !== 0) place.items = item;
    const text = JSON.stringify(place);
    if (!numbers.has(text)) numbers.set(text, numbers.size);
    return numbers.get(text);
  };
  return { add, list: () => [...numbers.keys()].map((text) => JSON.parse(text)) };
}

/** The text of `known-keys.gen.ts`. */
export async function deriveKeys(folder) {
  const read = async (name) => JSON.parse(await readFile(join(folder, name), "utf8"));
  const places = createPlaces();
  const roots = (document, names, definition) =>
    Object.fromEntries(names.map((name) => [name, places.add([document.$defs[definition(name)]], document)]));
  const manifest = await read("extension.schema.json");
  const manifests = roots(manifest, Object.keys(definitionOf), (name) => definitionOf[name]);
  const permissions = manifest.$defs.permission.anyOf.flatMap((part) => part.const ?? []);
  const receiver = await read("webhook.schema.json");
  const webhook = {
    place: places.add([receiver], receiver),
    path: receiver.properties.path.pattern,
    events: receiver.$defs.eventName.anyOf.flatMap((part) => part.const ?? []),
  };
  const modules = roots(await read("module.schema.json"), forms, (name) => name);
  const data = JSON.stringify({ places: places.list(), manifests, modules, webhook, permissions }, null, 1);
  return `import type { KnownKeys } from "./types.js";\n\nexport const knownKeys: KnownKeys = ${data};\n`;
}
