import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { definitionOf } from "../../../generator/manifest/known-keys/known-keys.derive.mjs";
import type { ManifestSources } from "../../../generator/manifest/parse.js";
import type { Format } from "../../../generator/model/format.js";
import { lintCases } from "../../contract/codes/lint.js";
import { manifestCases } from "../../contract/codes/manifest.js";
import { moduleCases } from "../../contract/codes/modules.js";
import { manifestRuleCases, moduleRuleCases, outputFieldCases, setupCases } from "../../contract/codes/platform.js";
import { fullValue } from "../../schemas/full-document.js";
import { extensionSchema, moduleSchema, webhookSchema } from "../../schemas/manifest-schema.js";
import { isObject, type Json, type JsonObject } from "../../schemas/read.js";
import { projectOf } from "../../support/corpus/corpus.js";
import { root } from "../../support/project.js";
import { documentsLike, patternOf, readersIn } from "./keys-read.js";
import { keysOfCodes } from "./manifest-codes.js";
import { sectionsOf } from "./manifest-keys.js";
import type { ShownFormat } from "./manifest-pages.js";

const codes = keysOfCodes({
  ...manifestCases,
  ...moduleCases,
  ...lintCases,
  ...manifestRuleCases,
  ...moduleRuleCases,
  ...outputFieldCases,
  ...setupCases,
});

/** The rows of the table of formats in `schemas/README.md`, which says how each is known. */
const knownBy = new Map(
  [
    ...readFileSync(join(root, "schemas/README.md"), "utf8").matchAll(
      /^\| `([\w.-]+)` +\| `format\w+` +\| (.+?) +\|$/gm,
    ),
  ].map(([, name = "", words = ""]) => [name, words] as const),
);

/** Where the example of a format stands in a project. */
const places: Readonly<Record<string, string>> = {
  "evidence-adapter": "kiket-extension.yaml",
  "legacy-json": "manifest.json",
  module: ".kiket/modules/readings/schema.yml",
  "module-older": ".kiket/modules/readings/schema.yml",
  webhook: "kiket-webhook.yaml",
};

function exampleOf(name: string): ShownFormat["example"] {
  const language = name === "legacy-json" ? "json" : "yaml";
  const text = readFileSync(join(import.meta.dirname, `manifests/${name}.${language}`), "utf8");
  return { path: places[name] ?? ".kiket/manifest.yaml", language, text };
}

/** Without a key, in each map of the document. */
function without(node: Json, key: string): Json {
  if (Array.isArray(node)) return node.map((item) => without(item, key));
  if (!isObject(node)) return node;
  const entries = Object.entries(node).filter(([name]) => name !== key);
  return Object.fromEntries(entries.map(([name, value]) => [name, without(value, key)]));
}

/** Projects that together have every key: some keys are read only if another is absent. */
function projectsOf(
  format: Format,
  path: string,
  definition: JsonObject,
  schema: JsonObject,
): readonly ManifestSources[] {
  const whole = fullValue(definition, schema);
  const { extension, ...top } = isObject(whole) ? whole : {};
  const outer = isObject(extension) ? { ...top, extension: without(extension, "setup") } : whole;
  const plain = ["properties", "collect", "secret"].reduce(without, outer);
  const texts = [stringify(whole), ...documentsLike(plain)];
  const [own, ...modules] = Object.entries(projectOf(format)).map(([file, text]) => ({ path: file, text }));
  const corpus = own === undefined ? [] : [{ manifest: own, modules }];
  return [...texts.map((text) => ({ manifest: { path, text }, modules: [] })), ...corpus];
}

function codesOf(isOwn: (file: string) => boolean): (key: string) => readonly string[] {
  const own = codes.filter(({ file }) => isOwn(file));
  return (key) => {
    const pattern = patternOf(key);
    return [...new Set(own.filter(({ path }) => pattern.test(path)).map(({ code }) => code))].sort((a, b) =>
      a.localeCompare(b, "en", { numeric: true }),
    );
  };
}

function definitionIn(schema: JsonObject, name: string): JsonObject {
  const found = isObject(schema.$defs) ? schema.$defs[name] : undefined;
  if (!isObject(found)) throw new Error(`no definition ${name}`);
  return found;
}

function manifestFormat(format: Exclude<Format, "webhook">): ShownFormat {
  const definition = definitionOf[format];
  const schema = definitionIn(extensionSchema, definition);
  const example = exampleOf(format);
  const facts = {
    readerOf: readersIn(projectsOf(format, example.path, schema, extensionSchema)),
    codesOf: codesOf((file) => !/^schema\.yml$|^kiket-webhook/.test(file)),
  };
  return {
    name: format,
    title: `Manifest: ${format}`,
    description: String(schema.description)
      .replace(/^Format [\w.-]+: /, "")
      .replace(/^./, (letter) => letter.toUpperCase()),
    knownBy: knownBy.get(format) ?? "",
    sections: sectionsOf(extensionSchema, definition, facts),
    example,
  };
}

function receiverFormat(): ShownFormat {
  const example = exampleOf("webhook");
  const facts = {
    readerOf: readersIn(projectsOf("webhook", example.path, webhookSchema, webhookSchema)),
    codesOf: codesOf((file) => file.startsWith("kiket-webhook")),
  };
  return {
    name: "webhook",
    title: "Manifest: kiket-webhook.yaml",
    description: String(webhookSchema.description),
    knownBy: "the name of the file, `kiket-webhook.yaml`",
    sections: sectionsOf(webhookSchema, undefined, facts),
    example,
  };
}

const modulePlace = ".kiket/modules/<directory>/schema.yml";

function moduleFormat(name: string, form: "form1" | "form2", knownBy: string): ShownFormat {
  const example = exampleOf(name);
  const manifest = { path: ".kiket/manifest.yaml", text: exampleOf("canonical").text };
  const texts = documentsLike(fullValue(definitionIn(moduleSchema, form), moduleSchema));
  const facts = {
    readerOf: readersIn(texts.map((text) => ({ manifest, modules: [{ path: example.path, text }] }))),
    codesOf: codesOf((file) => file === "schema.yml"),
  };
  return {
    name,
    title: name === "module" ? "Custom-data modules: schema.yml" : "Custom-data modules: the older form of schema.yml",
    description: String(moduleSchema.description),
    knownBy,
    sections: sectionsOf(moduleSchema, form, facts),
    example,
  };
}

/** Every format with its page; the first ones are what new projects have. */
export function shownFormats(): readonly ShownFormat[] {
  const names = Object.keys(definitionOf) as (keyof typeof definitionOf)[];
  const order = [...knownBy.keys()];
  const manifests = ["canonical" as const, ...names.filter((name) => name !== "canonical")].map(manifestFormat);
  const others = manifests.sort(
    (a, b) =>
      Number(b.name === "canonical") - Number(a.name === "canonical") || order.indexOf(a.name) - order.indexOf(b.name),
  );
  return [
    ...others,
    receiverFormat(),
    moduleFormat("module", "form1", `its place, \`${modulePlace}\``),
    moduleFormat("module-older", "form2", "the same place, and a map as `module`"),
  ];
}
