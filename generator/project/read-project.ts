import { posix } from "node:path";
import type { Source } from "../yaml/read-yaml.js";
import type { CompilerSetup } from "./compiler-setup.js";
import { type Loaded, load } from "./find-manifest.js";
import type { CachingHost } from "./host.js";
import { type ImportExtension, importExtension } from "./import-extension.js";
import { checkApart, type Layout } from "./layout.js";
import type { LockFile } from "./lock.js";
import { type Places, type ProjectPlaces, readPlaces } from "./places.js";
import { readSchemas, type Schemas } from "./schemas.js";

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
  /** What is set for the parts of the project. */
  readonly places: Pick<Places, "set" | "saved">;
}

const noCompiler: CompilerSetup = { path: undefined, options: {}, typescript: 0, read: [], missing: [] };

/** Reads a project without its handlers. Throws a `UsageError` for a folder that the output may not use, otherwise only errors of the host. */
export async function readProject(
  host: Pick<CachingHost, "read" | "list" | "exists" | "place" | "unnoted" | "compilerSetup">,
  places: ProjectPlaces,
): Promise<Project> {
  const { layout, lock, set, saved, diagnostics, packageJson } = await readPlaces(host, places);
  const [sources, schemas, compiler] = await Promise.all([
    load(host, set.manifest?.path, places.dir),
    readSchemas(host, { lock, set }),
    host.compilerSetup?.(posix.join(layout.out, "extension.gen.ts")) ?? noCompiler,
  ]);
  checkApart(layout, sources.manifest?.path);
  return {
    dir: places.dir,
    layout,
    sources: { ...sources, diagnostics: [...diagnostics, ...sources.diagnostics] },
    schemas,
    lock,
    importExtension: importExtension(compiler),
    compiler,
    packageJson,
    places: { set, saved },
  };
}

/** All texts that were read, for printing source lines with diagnostics. */
export function textsOf({ lock, sources, schemas, packageJson }: Project): (Source | LockFile)[] {
  const settings = packageJson === undefined ? undefined : { path: "package.json", text: packageJson };
  const texts = [lock, settings, sources.manifest, ...sources.modules, ...schemas.events, schemas.openapi];
  return texts.filter((source) => source !== undefined);
}
