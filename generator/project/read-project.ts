import { posix } from "node:path";
import type { Source } from "../yaml/read-yaml.js";
import type { CompilerSetup } from "./compiler-setup.js";
import { type Loaded, load } from "./find-manifest.js";
import type { Host } from "./host.js";
import { type ImportExtension, importExtension } from "./import-extension.js";
import { checkApart, type Layout, layoutOf } from "./layout.js";
import { type LockFile, readLock } from "./lock.js";
import { projectPath } from "./paths.js";
import { type SchemaPaths, schemaPaths } from "./schema-paths.js";
import { readSchemas, type Schemas } from "./schemas.js";

/** The folder of a project, and the paths that the user gives for its parts, unchanged. */
export interface ProjectPlaces extends SchemaPaths {
  readonly dir: string;
  readonly manifest?: string | undefined;
  readonly out?: string | undefined;
  readonly handlers?: string | undefined;
}

/** The inputs of a project, read once. Code that works on a project uses these and does not read them again. */
export interface Project {
  readonly dir: string;
  readonly layout: Layout;
  readonly sources: Loaded;
  readonly schemas: Schemas;
  readonly lock: LockFile;
  readonly importExtension: ImportExtension;
  readonly compiler: CompilerSetup;
  readonly packageJson: string | undefined;
}

const noCompiler: CompilerSetup = { path: undefined, options: {}, typescript: 0, read: [], missing: [] };

/** Reads a project without its handlers. Throws a `UsageError` for a folder that the output may not use, otherwise only errors of the host. */
export async function readProject(
  host: Pick<Host, "read" | "list" | "exists" | "place" | "compilerSetup">,
  places: ProjectPlaces,
): Promise<Project> {
  const { dir, manifest } = places;
  const layout = layoutOf(dir, places);
  const lock = await readLock(host, layout);
  const [sources, schemas, compiler, packageJson] = await Promise.all([
    load(host, manifest === undefined ? undefined : projectPath(dir, manifest), dir),
    readSchemas(host, lock, schemaPaths(dir, places)),
    host.compilerSetup?.(posix.join(layout.out, "extension.gen.ts")) ?? noCompiler,
    host.read("package.json"),
  ]);
  checkApart(layout, sources.manifest?.path);
  return { dir, layout, sources, schemas, lock, importExtension: importExtension(compiler), compiler, packageJson };
}

/** All texts that were read, for printing source lines with diagnostics. */
export function textsOf({ lock, sources, schemas }: Project): (Source | LockFile)[] {
  const texts = [lock, sources.manifest, ...sources.modules, ...schemas.events, schemas.openapi];
  return texts.filter((source) => source !== undefined);
}
