// Makes the rules of a run from the schema that editors use, so that a run checks manifests by the same rules without a compiler of schemas.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { definitionOf } from "../known-keys/known-keys.derive.mjs";

/** Keywords that `check-value.ts` checks, and the one that its hints show. */
const checked = new Set([
  "additionalProperties",
  "allOf",
  "const",
  "description",
  "else",
  "enum",
  "if",
  "items",
  "maximum",
  "maxLength",
  "minimum",
  "minItems",
  "minLength",
  "minProperties",
  "pattern",
  "properties",
  "required",
  "then",
  "type",
]);
/** Keywords that refuse nothing. */
const silent = new Set(["default", "examples", "title"]);
const types = new Set(["array", "boolean", "integer", "number", "object", "string"]);

/** Alternatives of which one takes everything, such as `{}`, are suggestions for editors. */
function isSuggestion(anyOf) {
  return anyOf.some((schema) => Object.keys(schema).every((keyword) => silent.has(keyword)));
}

function checkKeywords(schema, path) {
  const fail = (what) => {
    throw new Error(`${path}: check-value.ts does not know ${what}`);
  };
  const known = (keyword) => checked.has(keyword) || silent.has(keyword);
  const unknown = Object.keys(schema).filter((keyword) => !known(keyword));
  if (unknown.length > 0) fail(unknown.join(", "));
  const unknownTypes = [schema.type ?? []].flat().filter((type) => !types.has(type));
  if (unknownTypes.length > 0) fail(`the type ${unknownTypes.join(", ")}`);
  if (schema.if === undefined) return;
  const { type, ...more } = schema.if;
  if (!types.has(type) || Object.keys(more).length > 0) fail("a condition that is no type");
}

/** Writes rules as source text. A definition becomes a constant, so that it stands in the package once. */
function createWriter(definitions) {
  /** In the order in which they are complete, so that each stands before its use. */
  const constants = new Map();
  const open = new Set();

  const constantOf = (name, path) => {
    if (constants.has(name)) return name;
    if (definitions[name] === undefined) throw new Error(`${path}: no definition ${name}`);
    if (open.has(name)) throw new Error(`${path}: ${name} contains itself`);
    open.add(name);
    constants.set(name, literal(definitions[name], name));
    return name;
  };

  const mapOf = (members) => `{ ${members.map(([key, text]) => `${JSON.stringify(key)}: ${text}`).join(", ")} }`;

  function literal({ $ref, anyOf, ...schema }, path) {
    const own = anyOf === undefined || isSuggestion(anyOf) ? schema : { ...schema, anyOf };
    checkKeywords(own, path);
    const members = Object.entries(own).filter(([keyword]) => checked.has(keyword));
    const written = members.map(([keyword, value]) => {
      const inner = (schema, name) => literal(schema, `${path}/${name}`);
      if (["additionalProperties", "else", "if", "items", "then"].includes(keyword))
        return [keyword, inner(value, keyword)];
      if (keyword === "allOf") return [keyword, `[${value.map((part, index) => inner(part, index)).join(", ")}]`];
      if (keyword !== "properties") return [keyword, JSON.stringify(value)];
      return [keyword, mapOf(Object.entries(value).map(([key, rule]) => [key, inner(rule, key)]))];
    });
    if ($ref === undefined) return mapOf(written);
    const name = constantOf($ref.replace("#/$defs/", ""), path);
    return written.length === 0 ? name : `{ ...${name}, ${mapOf(written).slice(2)}`;
  }

  return {
    constantOf,
    text: () => [...constants].map(([name, text]) => `const ${name}: ValueRule = ${text};\n`).join(""),
  };
}

const header = 'import type { ValueRule } from "./types.js";\n\n';
const adapter = "evidence-adapter";

/**
 * The text of `adapter-rules.gen.ts`, which each run needs that reads an adapter, and of `format-rules.gen.ts`, which has the other
 * formats. Throws if the schema has a keyword that a run could not check.
 */
export async function deriveRules(folder) {
  const { $defs } = JSON.parse(await readFile(join(folder, "extension.schema.json"), "utf8"));
  const ofAdapter = createWriter($defs);
  const adapterRule = ofAdapter.constantOf(definitionOf[adapter], adapter);
  const ofFormats = createWriter($defs);
  const formats = Object.entries(definitionOf).filter(([format]) => format !== adapter);
  const table = formats.map(
    ([format, name]) => `  ${JSON.stringify(format)}: ${ofFormats.constantOf(name, format)},\n`,
  );
  return {
    "adapter-rules.gen.ts": `${header}${ofAdapter.text()}\nexport const evidenceAdapterRule: ValueRule = ${adapterRule};\n`,
    "format-rules.gen.ts": `${header}${ofFormats.text()}\nexport const formatRules: Readonly<Record<string, ValueRule>> = {\n${table.join("")}};\n`,
  };
}
