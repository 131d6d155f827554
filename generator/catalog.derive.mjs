// Derives `catalog.gen.ts`: every event schema as TypeScript text, so that generating needs no schema compiler.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { compile } from "json-schema-to-typescript";

const suffix = ".schema.json";
const shared = new Set(["envelope.v1", "shapes.v1"]);
const shapesFile = `shapes.v1${suffix}`;

/**
 * References into the shared shapes become references into the schema itself. An open object with members would get an
 * index signature, and then no misspelt member is ever reported: the types are closed where the schemas are open.
 */
function localise(node) {
  if (Array.isArray(node)) return node.map(localise);
  if (typeof node !== "object" || node === null) return node;
  const entries = Object.entries(node)
    .filter(([key]) => key !== "examples" && !(key === "additionalProperties" && node.properties !== undefined))
    .map(([key, value]) => [
      key,
      key === "$ref" && typeof value === "string" && value.startsWith(shapesFile)
        ? value.slice(shapesFile.length)
        : localise(value),
    ]);
  return Object.fromEntries(entries);
}

/** The named definitions that a schema reaches, by name. */
function reachable(node, definitions, found = new Map()) {
  if (Array.isArray(node)) for (const item of node) reachable(item, definitions, found);
  else if (typeof node === "object" && node !== null) {
    const name = typeof node.$ref === "string" ? node.$ref.replace("#/$defs/", "") : undefined;
    if (name !== undefined && !found.has(name)) {
      if (!(name in definitions)) throw new Error(`no shape named ${name}`);
      found.set(name, definitions[name]);
      reachable(definitions[name], definitions, found);
    }
    for (const value of Object.values(node)) reachable(value, definitions, found);
  }
  return found;
}

const marker = "PayloadOfTheEvent";

/** Every exported declaration of compiled text with its docblock, by name, in order; each starts at the margin. */
function declarationsOf(text) {
  const compact = text.replace(/\/\*\*\n\s*\* (.*)\n\s*\*\//g, "/** $1 */");
  const chunks = compact.split(/^(?=\/\*\*)|(?<!\*\/\n)^(?=export )/m);
  const named = chunks.map((chunk) => [/^export (?:interface|type) (\w+)/m.exec(chunk)?.[1], `${chunk.trim()}\n`]);
  return new Map(named.filter(([name]) => name !== undefined));
}

/** The members between the braces of an interface. */
function membersOf(declaration) {
  const start = declaration.indexOf("{\n");
  return start < 0 ? "" : declaration.slice(start + 2, declaration.lastIndexOf("}"));
}

async function record(schema, definitions, shapes) {
  // Alternatives between whole payloads ("issue or case") stay in the schema: as a type they would be a union to narrow.
  const { allOf, anyOf, oneOf, examples, $id, $schema, description, ...own } = schema;
  const root = localise(own);
  const reached = Object.fromEntries(reachable(root, definitions));
  const text = await compile({ ...root, title: marker, $defs: reached, additionalProperties: false }, marker, {
    additionalProperties: false,
    bannerComment: "",
    style: { printWidth: 120 },
    unreachableDefinitions: false,
  });
  const declarations = declarationsOf(text);
  const members = membersOf(declarations.get(marker) ?? "");
  declarations.delete(marker);
  for (const [name, declaration] of declarations) {
    if ((shapes[name] ?? declaration) !== declaration) throw new Error(`two shapes are named ${name}`);
    shapes[name] = declaration;
  }
  return {
    name: schema["x-kiket-event"],
    version: schema["x-kiket-version"],
    description,
    confidence: schema["x-kiket-confidence"],
    shapes: [...declarations.keys()],
    members,
    keys: Object.keys(own.properties ?? {}).sort(),
  };
}

/** The text of `catalog.gen.ts`. */
export async function deriveCatalog(folder) {
  const files = (await readdir(folder)).filter((name) => name.endsWith(suffix)).sort();
  const read = async (name) => JSON.parse(await readFile(join(folder, name), "utf8"));
  const definitions = localise((await read(shapesFile)).$defs);
  const shapes = {};
  const events = {};
  const generic = {};
  for (const file of files) {
    const name = file.slice(0, -suffix.length);
    if (shared.has(name)) continue;
    const schema = await read(file);
    const entry = await record(schema, definitions, shapes);
    if (schema["x-kiket-generic"] === true) generic[entry.name] = entry;
    else events[`${entry.name}@${entry.version}`] = entry;
  }
  const data = JSON.stringify({ shapes, events, generic }, null, 2);
  return `import type { EventCatalog } from "./contracts.js";\n\nexport const catalog: EventCatalog = ${data};\n`;
}
