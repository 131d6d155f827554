import { basename, posix, resolve } from "node:path";
import { diagnose } from "../diagnostics/diagnose.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Source } from "../yaml/read-yaml.js";
import { canonicalManifest, manifestPlaces } from "./manifest-places.js";
import { plainPath } from "./paths.js";

export type { Source } from "../yaml/read-yaml.js";

/** Reads a project's folder. Paths are relative to it, with "/" separators. */
export interface Files {
  /** The text of a file; `undefined` if it does not exist. */
  read(path: string): Promise<string | undefined>;
  /** Names of the entries of a folder; empty if it does not exist. */
  list(dir: string): Promise<readonly string[]>;
}

export interface Loaded {
  readonly manifest?: Source;
  readonly modules: readonly Source[];
  /** Names of the entries of the folder of modules. */
  readonly moduleFolders: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads those of the files that exist. */
export async function readAll(files: Files, paths: readonly string[]): Promise<Source[]> {
  const texts = await Promise.all(paths.map((path) => files.read(path)));
  return paths.flatMap((path, index) => {
    const text = texts[index];
    return text === undefined ? [] : [{ path, text }];
  });
}

/** A path next to the manifest, or next to the `.kiket` folder that contains the manifest. */
export function besideManifest(manifest: string, path: string): string {
  const folders = manifest.split("/").slice(0, -1);
  const own = folders.lastIndexOf(".kiket");
  return [...folders.slice(0, own < 0 ? folders.length : own), path].join("/");
}

/** The folder of module files of the project that a manifest belongs to. */
export function modulesFolder(manifest: string): string {
  return besideManifest(manifest, ".kiket/modules");
}

async function loadModules(files: Files, manifest: string): Promise<Pick<Loaded, "modules" | "moduleFolders">> {
  const folder = modulesFolder(manifest);
  const moduleFolders = [...(await files.list(folder))].sort();
  const paths = moduleFolders.flatMap((name) => [`${folder}/${name}/schema.yaml`, `${folder}/${name}/schema.yml`]);
  return { modules: await readAll(files, paths), moduleFolders };
}

function nothing(diagnostic: Diagnostic): Loaded {
  return { modules: [], moduleFolders: [], diagnostics: [diagnostic] };
}

async function loadNamed(files: Files, path: string): Promise<Loaded> {
  const text = await files.read(path);
  if (text !== undefined) return { manifest: { path, text }, ...(await loadModules(files, path)), diagnostics: [] };
  const at = { file: path, line: 1, column: 1 };
  const hint = "the path is relative to the project's folder";
  return nothing(diagnose("KG103", at, `cannot read the manifest ${path}`, hint));
}

/** Names that only an extension has. Others, such as `manifest.json`, say nothing about a folder above the project. */
const placesAbove = manifestPlaces.filter((path) => path.includes("kiket") || path.startsWith("extension."));

/** How many folders above the project are looked at. */
const mostFolders = 12;

/** The nearest manifest in a folder above the project: `../.kiket/manifest.yaml`. */
async function manifestAbove(files: Files): Promise<{ readonly folder: string; readonly path: string } | undefined> {
  const namesIn = (folder: string) => files.list(folder).catch((): readonly string[] => []);
  for (let count = 1; count <= mostFolders; count += 1) {
    const folder = Array.from({ length: count }, () => "..").join("/");
    const names = new Set(await namesIn(folder));
    const inKiket = names.has(".kiket") ? (await namesIn(`${folder}/.kiket`)).map((name) => `.kiket/${name}`) : [];
    const place = placesAbove.find((path) => names.has(path) || inKiket.includes(path));
    if (place !== undefined) return { folder, path: `${folder}/${place}` };
  }
  return undefined;
}

async function noManifest(files: Files, dir: string): Promise<Loaded> {
  const at = { file: canonicalManifest, line: 1, column: 1 };
  const above = await manifestAbove(files);
  if (above !== undefined) {
    const hint = `run the command in the folder of that project: ${posix.join(plainPath(dir), above.folder)}`;
    return nothing(diagnose("KG102", at, `no manifest found in this folder; found ${above.path}`, hint));
  }
  const hint = `make a new project with \`kiket-gen init <dir>\`, pass the path with --manifest, or create one of ${manifestPlaces.join(", ")}`;
  return nothing(diagnose("KG102", at, "no manifest found", hint));
}

/**
 * Reads the given manifest, or finds one, and reads its module files. Several manifests are a note that names the one that is used;
 * no manifest is an error. `dir` is the project's folder, as it was given. Throws only errors of `files`.
 */
export async function load(files: Files, named?: string, dir = "."): Promise<Loaded> {
  if (named !== undefined) return loadNamed(files, named);
  // A manifest in `.kiket` belongs to the folder above.
  const places = basename(resolve(dir)) === ".kiket" ? [] : manifestPlaces;
  const [manifest, ...ignored] = await readAll(files, places);
  if (manifest === undefined) return noManifest(files, dir);
  const found = { manifest, ...(await loadModules(files, manifest.path)) };
  if (ignored.length === 0) return { ...found, diagnostics: [] };
  const others = ignored.map(({ path }) => path).join(", ");
  const at = { file: manifest.path, line: 1, column: 1 };
  const note = diagnose(
    "KG101",
    at,
    `${manifest.path} is used; ignored: ${others}`,
    "pass --manifest to use another one",
  );
  return { ...found, diagnostics: [note] };
}
