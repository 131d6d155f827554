// For the build: derives `openapi.gen.ts` and `validators.gen.js` of this folder from the OpenAPI documents in schemas/, so that the
// local Kiket needs neither a YAML parser nor a schema compiler.
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import standaloneModule from "ajv/dist/standalone/index.js";
import formatsModule from "ajv-formats";
import { build } from "esbuild";
// biome-ignore lint/style/noRestrictedImports: this file runs only in the build.
import { parse } from "yaml";

const standalone = standaloneModule.default;
const addFormats = formatsModule.default;
const methods = ["get", "post", "put", "patch", "delete"];

/**
 * The node that a reference inside the document points to. Other references are not supported. A document is its parsed `content` and
 * the `name` of its file, by which ajv knows it.
 */
function resolve({ name, content }, node) {
  if (node?.$ref === undefined) return node;
  const found = node.$ref
    .replace(/^#\//, "")
    .split("/")
    .reduce((at, key) => at?.[key.replaceAll("~1", "/").replaceAll("~0", "~")], content);
  if (found === undefined) throw new Error(`${name}: cannot resolve ${node.$ref}`);
  return resolve({ name, content }, found);
}

const pointerSegment = (segment) => encodeURIComponent(String(segment).replaceAll("~", "~0").replaceAll("/", "~1"));

/** A reference, for ajv, to the schema of a parameter or body: in the shared components or in place. */
function schemaReference({ name }, raw, place, below) {
  return `${name}${raw.$ref ?? `#/${place.map(pointerSegment).join("/")}`}${below}`;
}

function parametersOf(document, path, method) {
  const item = document.content.paths[path];
  const entries = [
    ...(item.parameters ?? []).map((raw, index) => ({ raw, place: ["paths", path, "parameters", index] })),
    ...(item[method].parameters ?? []).map((raw, index) => ({
      raw,
      place: ["paths", path, method, "parameters", index],
    })),
  ];
  return entries.map(({ raw, place }) => ({
    ...resolve(document, raw),
    pointer: schemaReference(document, raw, place, "/schema"),
  }));
}

/** An object schema for the parameters of one kind. It allows no other parameters, so that a misspelled one is refused. */
function parameterSchema(parameters) {
  return {
    type: "object",
    properties: Object.fromEntries(parameters.map(({ name, pointer }) => [name, { $ref: pointer }])),
    required: parameters.filter(({ required }) => required === true).map(({ name }) => name),
    additionalProperties: false,
  };
}

function bodyReference(document, path, method) {
  const raw = document.content.paths[path][method].requestBody;
  if (raw === undefined) return undefined;
  const types = Object.keys(resolve(document, raw).content);
  if (types.join() !== "application/json") {
    throw new Error(`${document.name}: ${method} ${path}: only bodies of type application/json are supported`);
  }
  return schemaReference(document, raw, ["paths", path, method, "requestBody"], "/content/application~1json/schema");
}

/** Text in a query is converted to a number or boolean only if the schema's type is exactly that. */
function kindOf(document, parameter) {
  const { type } = resolve(document, parameter.schema);
  return type === "integer" || type === "boolean" ? type : "text";
}

/** The runtime token is accepted by every operation of the first generation, and by no other. */
function credentialOf(security) {
  const schemes = security.flatMap((alternative) => Object.keys(alternative));
  if (schemes.length === 0) return "none";
  return schemes.includes("runtimeToken") ? "installation" : "api-key";
}

function describe(document, path, method) {
  const operation = document.content.paths[path][method];
  if (!/^[a-z][A-Za-z0-9]*$/.test(operation.operationId ?? ""))
    throw new Error(`${document.name}: ${method} ${path}: missing or invalid operationId`);
  const parameters = parametersOf(document, path, method);
  const query = parameters.filter((parameter) => parameter.in === "query");
  return {
    row: {
      operationId: operation.operationId,
      method: method.toUpperCase(),
      path,
      credential: credentialOf(operation.security ?? document.content.security ?? []),
      scopes: operation["x-kiket-scopes"],
      query: Object.fromEntries(query.map((parameter) => [parameter.name, kindOf(document, parameter)])),
      body: operation.requestBody !== undefined,
      idempotencyKey: parameters.some(({ name }) => name === "Idempotency-Key"),
    },
    schemas: {
      path: parameterSchema(parameters.filter((parameter) => parameter.in === "path")),
      query: parameterSchema(query),
      body: { $ref: bodyReference(document, path, method) },
    },
  };
}

/** The parts of a request that are validated. */
const partsOf = (row) => ["path", "query", ...(row.body ? ["body"] : [])];

async function validatorsModule(documents, described) {
  const ajv = new Ajv2020({ strict: false, allErrors: true, code: { source: true, esm: true } });
  addFormats(ajv);
  for (const { name, content } of documents) ajv.addSchema(content, name);
  const names = {};
  const aliases = [];
  const firstByText = new Map();
  for (const { row, schemas } of described) {
    for (const part of partsOf(row)) {
      const name = `${row.operationId}_${part}`;
      const text = JSON.stringify(schemas[part]);
      const first = firstByText.get(text);
      if (first !== undefined) {
        aliases.push(`export { ${first} as ${name} };`);
        continue;
      }
      firstByText.set(text, name);
      ajv.addSchema(schemas[part], name);
      names[name] = name;
    }
  }
  const contents = [standalone(ajv, names), ...aliases].join("\n");
  // The standalone code imports parts of ajv. They are bundled, so that users do not need ajv.
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL(".", import.meta.url)), loader: "js" },
    bundle: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["main"],
    target: "node20.19",
    minify: true,
    write: false,
    logLevel: "warning",
  });
  return outputFiles[0].text;
}

/** @throws {Error} if two operations have the same name, since a test names an operation by it alone. */
function requireUniqueNames(described) {
  const names = described.map(({ row }) => row.operationId);
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw new Error(`two operations are named ${repeated}`);
}

/**
 * @param {Readonly<Record<string, string>>} yamlTexts the texts of the documents, by file name
 * @returns {Promise<Record<string, string>>} texts of the files in this folder, by file name
 */
export async function derivePlatform(yamlTexts) {
  const documents = Object.entries(yamlTexts).map(([name, text]) => ({ name, content: parse(text) }));
  const described = documents.flatMap((document) =>
    Object.entries(document.content.paths).flatMap(([path, item]) =>
      methods.filter((method) => item[method] !== undefined).map((method) => describe(document, path, method)),
    ),
  );
  requireUniqueNames(described);
  const header = `// Generated from ${documents.map(({ name }) => `schemas/${name}`).join(" and ")}`;
  const rows = described.map(({ row }) => `  ${JSON.stringify(row)},\n`).join("");
  return {
    "openapi.gen.ts": `${header}.\nimport type { Operation } from "./operation.js";\n\nexport const operations: readonly Operation[] = [\n${rows}];\n`,
    "validators.gen.js": `${header}; contains parts of ajv and ajv-formats (MIT).\n${await validatorsModule(documents, described)}`,
    "validators.gen.d.ts": described
      .flatMap(({ row }) => partsOf(row).map((part) => `${row.operationId}_${part}`))
      .reduce(
        (text, name) => `${text}export declare const ${name}: Validator;\n`,
        `${header}.\nimport type { Validator } from "./validation.js";\n\n`,
      ),
  };
}
