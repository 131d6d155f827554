import type { schemasCodes } from "../../../generator/diagnostics/codes/schemas.js";
import { type Case, extension, generating } from "./case.js";

const manifest = extension("hooks: [{ event: moon.rose }]");

/** With these files in the folder of the project's own schemas. */
function withSchemas(files: Readonly<Record<string, string>>): Case {
  const own = Object.entries(files).map(([name, text]) => [`own/${name}.schema.json`, text]);
  return generating({ ...manifest, ...Object.fromEntries(own) }, "--events", "own");
}

/** With this schema of a member of a payload, and these definitions. */
function withMember(schema: string, definitions = "{}"): Case {
  const text = `{ "type": "object", "properties": { "a": ${schema} }, "$defs": ${definitions} }`;
  return withSchemas({ "moon.rose.v1": text });
}

const empty = '{ "type": "object" }';

const twice = `openapi: 3.1.0
paths:
  /a:
    get: { operationId: a }
    put: { operationId: ^a }
`;

export const schemaCases: Readonly<Record<keyof typeof schemasCodes, Case>> = {
  KG701: withSchemas({ "moon.rose.v1": "{ ^type: 'object' }" }),
  KG702: withSchemas({ moon: `^${empty}` }),
  KG703: withMember('{ "type": ^"poem" }'),
  KG704: withMember('{ "$ref": ^"#/$defs/none" }'),
  KG705: withMember('{ "$ref": ^"https://schemas.example.com/a.json" }'),
  KG706: withMember('{ "$ref": "#/$defs/b" }', '{ "b": ^{ "$ref": "#/$defs/b" } }'),
  KG707: withSchemas({ "moon.rose.1": empty, "moon.rose.v1": `^${empty}` }),
  KG708: { ...withSchemas({}), at: "own:1:1" },
  KG709: generating({ ...manifest, "api.yaml": "^openapi: 3.1.0\n" }, "--openapi", "api.yaml"),
  KG710: generating({ ...manifest, "api.yaml": twice }, "--openapi", "api.yaml"),
};
