import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { generate } from "../../generator/index.js";
import { filesIn } from "../hosts/page.js";
import { compileAll } from "../support/compile.js";
import { createProject, removeProject, root } from "../support/project.js";

/** The projects of several recipes in one folder, so that one run of the compiler and one of the tests is for all of them. */
export interface Recipes {
  /** The folder of all projects, once the tests run. */
  readonly folder: string;
  /** The output of the compiler, empty if there are no errors. */
  compile(): Promise<string>;
}

/** Where a recipe has a project of its own, its manifest is here. */
const manifest = ".kiket/manifest.yaml";

export function readRecipe(name: string): Promise<string> {
  return readFile(join(root, "docs/cookbook", `${name}.md`), "utf8");
}

/** A project has a package.json of its own, so that its settings are its own. A page may show members of it. */
async function filesOf(name: string): Promise<Readonly<Record<string, string>>> {
  const files: Record<string, string> = { ...filesIn(await readRecipe(name)) };
  const shown: object = JSON.parse(files["package.json"] ?? "{}");
  files["package.json"] = JSON.stringify({ type: "module", workspaces: [], ...shown });
  if (!(manifest in files)) throw new Error(`${name}.md has no ${manifest}`);
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${name}/${path}`, text]));
}

/** Generates the projects of recipes before the tests, and removes them after them. Not for `beforeAll`: call it in the file itself. */
export async function openRecipes(names: readonly string[]): Promise<Recipes> {
  const all = await Promise.all(names.map(filesOf));
  let folder = "";
  beforeAll(async () => {
    folder = await createProject(Object.assign({}, ...all));
    for (const name of names) {
      const { diagnostics } = await generate({ dir: join(folder, name) });
      expect([name, diagnostics.filter(({ severity }) => severity !== "note")]).toEqual([name, []]);
    }
  });
  afterAll(() => removeProject(folder));
  return {
    get folder() {
      return folder;
    },
    compile: () => compileAll(folder),
  };
}
