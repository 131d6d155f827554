import { describe, expect, it } from "vitest";
import { fold, nearest } from "../../../../generator/base/did-you-mean.js";
import { knownKeys } from "../../../../generator/manifest/known-keys/known-keys.gen.js";
import type { Format } from "../../../../generator/model/format.js";
import type { ManifestNode } from "../../../../generator/yaml/node.js";
import { readYaml } from "../../../../generator/yaml/read-yaml.js";
import { readSchema } from "../../../schemas/read.js";
import * as corpus from "../../../support/corpus/corpus.js";

/** Follows keys from a root; a number means the items of a list, `*` means any other key. */
function keysAt(start: number, ...path: readonly (string | 0)[]): readonly string[] {
  const place = path.reduce<number | undefined>((number, step) => {
    const { keys = {}, others, items } = knownKeys.places[number ?? -1] ?? {};
    return step === 0 ? items : step === "*" ? others : keys[step];
  }, start);
  return Object.keys(knownKeys.places[place ?? -1]?.keys ?? {});
}

interface Schema {
  readonly $defs: Readonly<Record<string, { readonly properties: Readonly<Record<string, unknown>> }>>;
}

function propertiesOf(file: string, definition: string): string[] {
  const schema = readSchema(file) as unknown as Schema;
  return Object.keys(schema.$defs[definition]?.properties ?? {}).sort();
}

const { manifests, modules } = knownKeys;

describe("known keys", () => {
  it.each([
    ["hook", ["extension", "hooks", 0]],
    ["command", ["extension", "contributes", "commands", 0]],
    ["workflowAction", ["extension", "contributes", "workflow_actions", 0]],
    ["configurationField", ["extension", "configuration", "*"]],
    ["callback", ["extension", "callback"]],
    ["secret", ["extension", "secrets", 0]],
    ["wizardField", ["extension", "setup", 0, "configure", "fields", 0]],
    ["obtain", ["extension", "setup", 0, "secrets", "fields", 0, "obtain"]],
    ["customDataPermission", ["extension", "custom_data", "permissions", 0]],
    ["outputField", ["extension", "output_fields", "*"]],
    ["deployment", ["deployment"]],
  ] as const)("of the canonical manifest are those of the schema: %s", (definition, path) => {
    const expected = propertiesOf("extension.schema.json", definition);
    expect(expected.length).toBeGreaterThan(1);
    expect(keysAt(manifests.canonical, ...path)).toEqual(expected);
  });

  it("of a format include those of its parts", () => {
    expect(keysAt(manifests.canonical, "extension")).toEqual(
      [...propertiesOf("extension.schema.json", "extensionParts"), "callback", "delivery"].sort(),
    );
    const flat = {
      "flat-settings": "formatFlatSettings",
      "flat-properties": "formatFlatProperties",
      minimal: "formatMinimal",
    } as const;
    for (const format of ["flat-settings", "flat-properties", "minimal"] as const) {
      const own = propertiesOf("extension.schema.json", flat[format]);
      const shared = propertiesOf("extension.schema.json", "flatParts");
      expect(keysAt(manifests[format])).toEqual([...new Set([...own, ...shared])].sort());
    }
  });

  it.each([
    ["evidence-adapter", "formatEvidenceAdapter"],
    ["legacy-json", "formatLegacyJson"],
    ["version-two", "formatVersionTwo"],
  ] as const)("of the format %s are those of the schema", (format, definition) => {
    expect(keysAt(manifests[format])).toEqual(propertiesOf("extension.schema.json", definition));
  });

  it("of modules are those of the schema, in both forms", () => {
    const column = propertiesOf("module.schema.json", "column");
    expect(keysAt(modules.form1, "tables", "*", "columns", 0)).toEqual(column);
    expect(keysAt(modules.form2, "module", "tables", 0, "columns", 0)).toEqual(column);
  });
});

/** Every place of the table with its keys, as `place key`; the place is a number of the table. */
function keysIn(node: ManifestNode | undefined, number: number): readonly string[] {
  const { keys = {}, others, items } = knownKeys.places[number] ?? {};
  if (node?.kind === "list") return items === undefined ? [] : node.items.flatMap((item) => keysIn(item, items));
  if (node?.kind !== "map") return [];
  return [...node.entries].flatMap(([key, { value }]) => {
    const next = Object.hasOwn(keys, key) ? keys[key] : others;
    const own = Object.hasOwn(keys, key) ? [`${number} ${key}`] : [];
    return next === undefined ? own : [...own, ...keysIn(value, next)];
  });
}

describe("the manifests that other tests read", () => {
  it("have every known key, each at its place", () => {
    const read = (text: string) => readYaml({ path: "m.yaml", text }, () => {});
    const roots = Object.entries(manifests) as [Exclude<Format, "webhook">, number][];
    const used = new Set([
      ...roots.flatMap(([format, number]) => keysIn(read(corpus.manifests[format]), number)),
      ...keysIn(read(corpus.receiver), knownKeys.webhook.place),
      ...keysIn(read(corpus.modules.batches), modules.form1),
      ...keysIn(read(corpus.modules.trips), modules.form2),
    ]);
    const known = knownKeys.places.flatMap(({ keys = {} }, number) =>
      Object.keys(keys).map((key) => `${number} ${key}`),
    );
    // With a list of settings, both are read as flat-settings.
    const impossible = [manifests["flat-properties"], manifests.minimal].map((number) => `${number} settings`);
    expect(known.filter((key) => !used.has(key)).sort()).toEqual(impossible.sort());
  });
});

describe("did you mean", () => {
  it.each([
    ["permisions", "permissions"],
    ["evnet", "event"],
    ["hook", "hooks"],
    ["active_events", undefined],
    ["Retries", "retries"],
    ["api-version", "api_version"],
    ["id", undefined],
    ["zzzz", undefined],
    ["x".repeat(5000), undefined],
    ["", undefined],
  ])("%s: %s", (name, expected) => {
    expect(nearest(name, ["hooks", "permissions", "event", "retries", "api_version", "i"])).toBe(expected);
  });

  it("suggests the most similar key, and the first of equally similar ones", () => {
    expect(nearest("cat", ["cart", "bat", "cut"])).toBe("cart");
    expect(nearest("sendsms", ["sendSMB", "sendSMS"])).toBe("sendSMS");
    expect(fold("Mail.send-SMS")).toBe("mailsendsms");
  });
});
