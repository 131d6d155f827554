import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { generate } from "../../../generator/index.js";
import { knownKeys } from "../../../generator/manifest/known-keys/known-keys.gen.js";
import { createProject, removeProject, root } from "../../support/project.js";

const { manifests, modules, webhook } = knownKeys;
/** Where the known keys of each page begin in the table that runs use. */
const roots = { ...manifests, webhook: webhook.place, module: modules.form1, "module-older": modules.form2 };

/** Every known key below a place, without marks for lists: `hooks.event`. */
function knownBelow(number: number, prefix: string): readonly string[] {
  const { keys = {}, others, items } = knownKeys.places[number] ?? {};
  const own = Object.entries(keys).flatMap(([key, place]) => {
    const path = prefix === "" ? key : `${prefix}.${key}`;
    return [path, ...knownBelow(place, path)];
  });
  const values = others === undefined ? [] : knownBelow(others, prefix === "" ? "<key>" : `${prefix}.<key>`);
  return [...own, ...values, ...(items === undefined ? [] : knownBelow(items, prefix))];
}

const pageOf = (name: string): Promise<string> => readFile(join(root, `docs/reference/manifest/${name}.md`), "utf8");

/** The keys that a page names, in tables and in lists of keys that another format has as well. */
function keysOn(page: string): readonly string[] {
  const sections = page.split(/^## /m).slice(2);
  return sections.flatMap((section) => {
    const heading = (section.split("\n")[0] ?? "").replaceAll("\\", "");
    const rows = [...section.matchAll(/^\| \[?`([^`]+)`/gm)].map(([, key = ""]) => key);
    const list = /^The same keys as .*?: (.*)\.$/m.exec(section)?.[1] ?? "";
    const others = [...list.matchAll(/`([^`]+)`/g)].map(([, key = ""]) => key);
    const parent = heading === "Top level" ? "" : `${heading}.`;
    return [...rows, ...others].map((key) => `${parent}${key}`.replaceAll("[]", ""));
  });
}

/** The first block of code of a page: the example. */
function exampleOn(page: string): string {
  return /^```\w+\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? "";
}

async function exampleProject(name: string): Promise<Record<string, string>> {
  const path = /accepts, `([^`]+)`/.exec(await pageOf(name))?.[1] ?? "";
  const own = { [path]: exampleOn(await pageOf(name)) };
  if (name !== "canonical" && !name.startsWith("module")) return own;
  // The module of the example belongs to the canonical one.
  const manifest = { ".kiket/manifest.yaml": exampleOn(await pageOf("canonical")) };
  const module = { ".kiket/modules/readings/schema.yml": exampleOn(await pageOf("module")) };
  return { ...manifest, ...module, ...own };
}

describe.each(Object.entries(roots))("docs/reference/manifest/%s.md", (name, place) => {
  it("names every key of the schema, and no other", async () => {
    const known = new Set(knownBelow(place, ""));
    expect(known.size).toBeGreaterThan(2);
    expect([...new Set(keysOn(await pageOf(name)))].sort()).toEqual([...known].sort());
  });

  it("has an example that the generator takes without a diagnostic", async () => {
    const folder = await createProject(await exampleProject(name));
    try {
      const { diagnostics, model } = await generate({ dir: folder });
      expect(diagnostics).toEqual([]);
      expect(model?.format).toBe(name.startsWith("module") ? "canonical" : name);
      expect(model?.events.length).toBeGreaterThan(0);
      if (name.startsWith("module")) expect(model?.customData[0]?.tables[0]?.columns[0]?.name).toBe("id");
    } finally {
      await removeProject(folder);
    }
  });
});
