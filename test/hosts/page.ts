import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, expect } from "vitest";
import { generate } from "../../generator/index.js";
import { createProject, removeProject, root } from "../support/project.js";

/** Stands for the code that the generator writes: it has one handler, which shows where its values come from. */
const generated = `
import { createExtension as create, defineHandler, type Extension, type ExtensionOptions } from "kiket-gen/runtime";

const handler = defineHandler({ event: "issue.created", version: "v1" }, (payload, context) => ({
  title: (payload["issue"] as { title: string }).title,
  greeting: context.settings["GREETING"],
  secret: context.secret("API_KEY"),
}));

export const createExtension = (options: Omit<ExtensionOptions, "handlers"> = {}): Extension =>
  create({
    settingDefinitions: { GREETING: { type: "string", default: "Hello" } },
    secretDefinitions: { API_KEY: {} },
    ...options,
    handlers: [handler],
  });
`;

/** The blocks of a page that name their file, by that name. A block may say as well of which file of this repository it is a part (`from=`). */
export function filesIn(page: string): Readonly<Record<string, string>> {
  const blocks = page.matchAll(/^```\w+ (?!from=)(\S+)(?: from=\S+)?\n([\s\S]*?)^```$/gm);
  return Object.fromEntries([...blocks].map(([, name = "", text = ""]) => [name, text]));
}

/** The commands of a page. */
export function commandsIn(page: string): readonly string[] {
  return [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, text = ""]) => text.trim().split("\n"));
}

export function readPage(name: string): Promise<string> {
  return readFile(join(root, "docs/hosts", name), "utf8");
}

/** The programs of all pages, each page in a folder of its own. */
export async function programsOf(pages: readonly string[]): Promise<Readonly<Record<string, string>>> {
  const all = pages.map(async (page) => {
    const files = { ...filesIn(await readPage(page)), "src/generated/extension.gen.ts": generated };
    const programs = Object.entries(files).filter(([name]) => name.endsWith(".ts"));
    return programs.map(([name, text]) => [`src/${page.replace(".md", "")}/${name}`, text] as const);
  });
  return Object.fromEntries((await Promise.all(all)).flat());
}

export interface RecipeProject {
  readonly folder: string;
  /** The absolute path of the program after compiling, which is beside its source. */
  readonly program: string;
}

/** A project with the files of a page, compiled. */
export async function projectOf(page: string): Promise<RecipeProject> {
  const files = filesIn(await readPage(page));
  const programs = Object.keys(files).filter((name) => name.endsWith(".ts"));
  const [program] = programs;
  if (program === undefined || programs.length > 1)
    throw new Error(`${page} must have one program, and has ${programs}`);
  const folder = await createProject({ ...files, "src/generated/extension.gen.ts": generated });
  for (const name of [program, "src/generated/extension.gen.ts"]) {
    // One at a time: esbuild would read the brackets in the name of a route as a pattern.
    const path = join(folder, name);
    const contents = await readFile(path, "utf8");
    const { outputFiles } = await build({
      stdin: { contents, loader: "ts", resolveDir: dirname(path) },
      format: "esm",
      write: false,
    });
    await writeFile(path.replace(/ts$/, "js"), outputFiles[0]?.text ?? "");
  }
  return { folder, program: join(folder, program.replace(/ts$/, "js")) };
}

/** The project of a page of the reference. */
export interface PageProject {
  /** The text of the page. */
  readonly page: string;
  /** The files of the page but for the manifest, by path. */
  readonly sources: Readonly<Record<string, string>>;
  /** The folder of the project, once the tests run. */
  readonly folder: string;
  /** Adds a file, once the tests run. */
  write(path: string, text: string): Promise<void>;
}

/** Generates a project from the files of a page before the tests, and removes it after them. Not for `beforeAll`: call it in the file itself. */
export async function openPageProject(name: string, manifest = ".kiket/manifest.yaml"): Promise<PageProject> {
  const page = await readFile(join(root, "docs/reference", name), "utf8");
  const { [manifest]: text = "", ...sources } = filesIn(page);
  let folder = "";
  const write = async (path: string, source: string): Promise<void> => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), source);
  };
  beforeAll(async () => {
    folder = await createProject({ [manifest]: text });
    expect((await generate({ dir: folder })).diagnostics).toEqual([]);
    for (const [path, source] of Object.entries(sources)) await write(path, source);
  });
  afterAll(() => removeProject(folder));
  return {
    page,
    sources,
    write,
    get folder() {
      return folder;
    },
  };
}
