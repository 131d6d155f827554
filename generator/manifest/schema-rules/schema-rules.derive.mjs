// Makes `schema-rules.gen.ts` from the schema that editors use, so that a run checks an adapter's manifest by the same rules without a
// compiler of schemas.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** Keywords that `check-value.ts` checks, and the one that its hints show. */
const checked = new Set([
  "const",
  "description",
  "enum",
  "items",
  "maxLength",
  "minimum",
  "minItems",
  "minLength",
  "pattern",
  "properties",
  "required",
  "type",
]);
/** Keywords that refuse nothing. */
const silent = new Set(["default", "examples", "title"]);
const types = new Set(["array", "integer", "object", "string"]);

function ruleOf(schema, path) {
  const unknown = Object.keys(schema).filter((keyword) => !checked.has(keyword) && !silent.has(keyword));
  if (unknown.length > 0) throw new Error(`${path}: check-value.ts does not know ${unknown.join(", ")}`);
  if (schema.type !== undefined && !types.has(schema.type)) {
    throw new Error(`${path}: check-value.ts does not know the type ${schema.type}`);
  }
  const rule = Object.fromEntries(Object.entries(schema).filter(([keyword]) => checked.has(keyword)));
  if (schema.items !== undefined) rule.items = ruleOf(schema.items, `${path}/items`);
  if (schema.properties !== undefined) {
    const members = Object.entries(schema.properties);
    rule.properties = Object.fromEntries(members.map(([key, value]) => [key, ruleOf(value, `${path}/${key}`)]));
  }
  return rule;
}

/** The text of `schema-rules.gen.ts`. Throws if the schema has a keyword that a run could not check. */
export async function deriveRules(folder) {
  const { $defs } = JSON.parse(await readFile(join(folder, "extension.schema.json"), "utf8"));
  const data = JSON.stringify(ruleOf($defs.formatEvidenceAdapter, "formatEvidenceAdapter"), null, 1);
  return `import type { ValueRule } from "./types.js";\n\nexport const evidenceAdapterRule: ValueRule = ${data};\n`;
}
