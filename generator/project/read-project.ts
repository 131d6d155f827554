import type { Source } from "../yaml/read-yaml.js";
import { type Loaded, load } from "./find-manifest.js";
import type { Host } from "./host.js";
import { type ImportExtension, importExtension } from "./import-extension.js";
import { type Layout, layoutOf } from "./layout.js";
import { type LockFile, readLock } from "./lock.js";
import { projectPath } from "./paths.js";
import { type SchemaPaths, schemaPaths } from "./schema-paths.js";
import { readSchemas, type Schemas } from "./schemas.js";

/** Where a project stands, and its parts where the user says so; paths as they were given. */
export interface ProjectPlaces extends SchemaPaths {
  readonly dir: string;
  readonly manifest?: string | undefined;
  readonly out?: string | undefined;
  readonly handlers?: string | undefined;
}

/** A project's inputs as they stood at one time. What works on a project takes these, and reads none of them again. */
export interface Project {
  readonly dir: string;
  readonly layout: Layout;
  readonly sources: Loaded;
  readonly schemas: Schemas;
  readonly lock: LockFile;
  readonly importExtension: ImportExtension;
}

/** Reads all of a project but its handlers. Throws a `UsageError` for a folder outside, else only what the host throws. */
export async function readProject(
  host: Pick<Host, "read" | "list" | "exists">,
  places: ProjectPlaces,
): Promise<Project> {
  const { dir, manifest } = places;
  const layout = layoutOf(dir, places);
  const lock = await readLock(host, layout);
  const [sources, schemas, extension] = await Promise.all([
    load(host, manifest === undefined ? undefined : projectPath(dir, manifest)),
    readSchemas(host, lock, schemaPaths(dir, places)),
    importExtension(host),
  ]);
  return { dir, layout, sources, schemas, lock, importExtension: extension };
}

/** All that was read, for what is said about it. */
export function textsOf(project: Project): (Source | LockFile)[] {
  return [project.lock, ...inputsOf(project)];
}

/** What the generated files are made from. */
export function inputsOf({ sources, schemas }: Project): Source[] {
  const texts = [sources.manifest, ...sources.modules, ...schemas.events, schemas.openapi];
  return texts.filter((source) => source !== undefined);
}
