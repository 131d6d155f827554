import { leadsOut, plainPath, projectPath } from "./paths.js";

/** Paths of the user's own schemas, relative to the project, with "/" separators. */
export interface SchemaPaths {
  /** A folder of event schemas. */
  readonly events?: string | undefined;
  /** An OpenAPI document. */
  readonly openapi?: string | undefined;
}

export type SchemaKind = keyof SchemaPaths;

export const schemaKinds: readonly SchemaKind[] = ["events", "openapi"];

/** Written to the lock file instead of a path outside the project, because such a path differs from machine to machine. */
export const outside = "..";

function mapped(paths: SchemaPaths, change: (path: string) => string): SchemaPaths {
  const given = schemaKinds.flatMap((kind) => {
    const path = paths[kind];
    return path === undefined ? [] : [[kind, path && change(path)]];
  });
  return Object.fromEntries(given);
}

/** Paths that the user gives, made relative to the project. An empty path, which means "no schemas", stays empty. */
export function schemaPaths(dir: string, given: SchemaPaths): SchemaPaths {
  return mapped(given, (path) => projectPath(dir, path));
}

/** The paths as they are written to the lock file. */
export function keptSchemas(paths: SchemaPaths): SchemaPaths {
  return mapped(paths, (path) => (leadsOut(path) ? outside : plainPath(path)));
}
