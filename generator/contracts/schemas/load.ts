import { posix } from "node:path";
import { diagnose } from "../../diagnostics/diagnose.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { Files } from "../../project/find-manifest.js";
import type { Host } from "../../project/host.js";
import { projectPath } from "../../project/paths.js";
import type { Source } from "../../yaml/read-yaml.js";
import type { Choice } from "./choose.js";
import type { SchemaKind, SchemaPaths } from "./paths.js";

export interface LoadedSchemas {
  /** In code-unit order of path. */
  readonly events: readonly Source[];
  readonly openapi?: Source;
  readonly diagnostics: readonly Diagnostic[];
}

/** Folders in folders beyond this are a circle of links or a mistake. */
const maxDepth = 4;

/** Paths as `Files` takes them; an absolute one becomes relative to the project, and an empty one stays empty. */
export function schemaPaths(dir: string, { events, openapi }: SchemaPaths): SchemaPaths {
  const path = (given: string) => given && projectPath(dir, given);
  return {
    ...(events === undefined ? {} : { events: path(events) }),
    ...(openapi === undefined ? {} : { openapi: path(openapi) }),
  };
}

async function jsonFiles(files: Files, folder: string, depth: number): Promise<Source[]> {
  const names = [...(await files.list(folder))].filter((name) => !/^\.|^node_modules$/.test(name)).sort();
  const found = await Promise.all(
    names.map(async (name) => {
      const path = posix.join(folder, name);
      if (!name.endsWith(".json")) return depth === 0 ? [] : jsonFiles(files, path, depth - 1);
      const text = await files.read(path);
      return text === undefined ? [] : [{ path, text }];
    }),
  );
  return found.flat();
}

/** Reads every JSON file below a folder. */
export function loadFolder(files: Files, folder: string): Promise<Source[]> {
  return jsonFiles(files, folder, maxDepth);
}

/** Reads the schemas that a user or the lock file names; none there is a mistake. Throws only what `files` throws. */
export async function loadSchemas(files: Pick<Host, keyof Files | "exists">, paths: Choice): Promise<LoadedSchemas> {
  const diagnostics: Diagnostic[] = [];
  const missing = (kind: SchemaKind, file: string, message: string) => {
    const hint = paths.kept.includes(kind)
      ? `${paths.lock} names it; name another with --${kind}, or leave it out with --no-${kind}`
      : "the path is relative to the project's folder";
    diagnostics.push(diagnose("KG708", { file, line: 1, column: 1 }, message, hint));
  };
  const events = paths.events === undefined ? [] : await loadFolder(files, paths.events);
  if (paths.events !== undefined && !events.some(({ path }) => path.endsWith(".schema.json"))) {
    // The slash keeps a file from passing for a folder.
    const what = (await files.exists(`${paths.events}/`)) ? "*.schema.json in the folder" : "folder";
    missing("events", paths.events, `there is no ${what} ${paths.events}`);
  }
  if (paths.openapi === undefined) return { events, diagnostics };
  const text = await files.read(paths.openapi);
  if (text === undefined) missing("openapi", paths.openapi, `cannot read the OpenAPI document ${paths.openapi}`);
  return { events, diagnostics, ...(text === undefined ? {} : { openapi: { path: paths.openapi, text } }) };
}
