import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parseModules, readModules } from "../../../generator/manifest/modules/parse.js";
import { parse } from "../../../generator/manifest/parse.js";
import type { Format } from "../../../generator/model/format.js";
import { type Files, load } from "../../../generator/project/find-manifest.js";
import type { Reporter } from "../../../generator/yaml/node.js";
import { projectOf } from "../../support/corpus/corpus.js";
import { told } from "./support.js";

const corpus = join(dirname(fileURLToPath(import.meta.url)), "../../../../shared/manifests");
const present = existsSync(corpus);

/** How many events, scopes, settings, secrets and modules the manifest of a format has. */
const own: Readonly<Record<Format, readonly [number, number, number, number, number]>> = {
  canonical: [6, 2, 10, 5, 1],
  "canonical-1.1": [6, 2, 11, 7, 1],
  scaffold: [3, 1, 1, 0, 0],
  "scaffold-text": [3, 1, 1, 0, 0],
  marketplace: [7, 2, 10, 5, 1],
  "flat-settings": [5, 2, 4, 2, 1],
  "flat-properties": [5, 2, 1, 1, 1],
  minimal: [5, 3, 1, 1, 1],
  "evidence-adapter": [2, 2, 0, 0, 0],
  "legacy-json": [2, 0, 1, 1, 0],
  "version-two": [1, 0, 1, 0, 0],
  webhook: [2, 0, 0, 0, 0],
};

describe.each(Object.entries(own))("a manifest of %s, with every key of the format", (format, counts) => {
  it("is read without a mistake", async () => {
    const files = projectOf(format as Format);
    const paths = Object.keys(files);
    const loaded = await load({
      read: async (path) => files[path],
      list: async (path) => paths.flatMap((name) => (name.startsWith(`${path}/`) ? (name.split("/")[2] ?? []) : [])),
    });
    const { model, diagnostics } = parse(loaded);
    expect(told([...loaded.diagnostics, ...diagnostics])).toEqual([]);
    expect(model?.format).toBe(format);
    const lists = [model?.events, model?.scopes, model?.settings, model?.secrets, model?.customData];
    expect(lists.map((list) => list?.length)).toEqual(counts);
  });
});

function folder(root: string): Files {
  return {
    read: async (path) => (existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : undefined),
    list: async (path) => (existsSync(join(root, path)) ? readdirSync(join(root, path)) : []),
  };
}

/** Folder, format, and how many events, scopes, settings, secrets and modules the manifest has, counted by another YAML reader. */
const cases: readonly [string, string, number, number, number, number, number][] = [
  ["email", "canonical", 11, 3, 11, 3, 1],
  ["github", "canonical", 9, 5, 6, 2, 2],
  ["github-adapter", "evidence-adapter", 7, 2, 0, 0, 0],
  ["google-calendar", "canonical", 5, 3, 5, 0, 0],
  ["google-oauth", "canonical", 6, 2, 0, 2, 0],
  ["mailjet-inbound", "canonical", 2, 3, 3, 3, 0],
  ["mailjet-inbound-earlier", "canonical", 2, 3, 4, 3, 0],
  ["mailjet-inbound-flat", "flat-settings", 0, 0, 0, 0, 0],
  ["servicenow-adapter", "evidence-adapter", 4, 2, 0, 0, 0],
  ["slack", "canonical", 12, 4, 8, 1, 2],
  ["slack-evidence-adapter", "evidence-adapter", 2, 2, 0, 0, 0],
  ["teams", "canonical", 11, 4, 6, 3, 1],
  ["twilio", "canonical", 9, 3, 10, 2, 1],
  ["twilio-dialect-b", "canonical-1.1", 3, 3, 6, 3, 0],
  ["twilio-legacy-json", "legacy-json", 7, 0, 7, 4, 0],
];

/** The diagnostics of the manifests that have mistakes. */
const mistakes: Readonly<Record<string, readonly string[]>> = {
  github: [
    ".kiket/manifest.yaml:111:3 KG105 duplicate key `extension.custom_data`; line 233 is used",
    ".kiket/manifest.yaml:233:3 KG105 duplicate key `extension.custom_data`, also on line 111; this line is used",
  ],
};

describe.skipIf(!present)("real manifests (skipped where the folder beside the project is absent)", () => {
  it.each(cases)("%s has the format %s and only its own mistakes", async (name, format, ...counts) => {
    const loaded = await load(folder(join(corpus, name)));
    const { model, diagnostics } = parse(loaded);
    expect(told([...loaded.diagnostics, ...diagnostics])).toEqual(mistakes[name] ?? []);
    expect(model?.format).toBe(format);
    const lists = [model?.events, model?.scopes, model?.settings, model?.secrets, model?.customData];
    expect(lists.map((list) => list?.length)).toEqual(counts);
  });

  it("are all in the table above", () => {
    const folders = readdirSync(corpus).filter((name) => name !== "README.md" && name !== "_modules");
    expect(cases.map(([name]) => name)).toEqual(folders.sort());
  });

  it("include a module file without a manifest", () => {
    const path = "_modules/time_entries/schema.yml";
    const diagnostics: Parameters<typeof told>[0][number][] = [];
    const sources = [{ path, text: readFileSync(join(corpus, path), "utf8") }];
    const report: Reporter = (diagnostic) => diagnostics.push(diagnostic);
    const [module] = parseModules(readModules(sources, report), report);
    expect(told(diagnostics)).toEqual([]);
    expect(module?.id).toBe("dev.kiket.ext.time-tracking.entries");
    expect(module?.tables.map(({ name, columns }) => [name, columns.length])).toEqual([
      ["time_entries", 12],
      ["active_timers", 7],
    ]);
  });
});
