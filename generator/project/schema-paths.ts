import { leadsOut, plainPath, projectPath } from "./paths.js";

/** Where a user's own schemas stand, relative to the project with "/" separators. */
export interface SchemaPaths {
  /** A folder of event schemas. */
  readonly events?: string | undefined;
  /** An OpenAPI document. */
  readonly openapi?: string | undefined;
}

export type SchemaKind = keyof SchemaPaths;

export const schemaKinds: readonly SchemaKind[] = ["events", "openapi"];

/** Stands in the lock file for any place outside of the project: where that is differs from machine to machine. */
export const outside = "..";

function mapped(paths: SchemaPaths, change: (path: string) => string): SchemaPaths {
  const given = schemaKinds.flatMap((kind) => {
    const path = paths[kind];
    return path === undefined ? [] : [[kind, path && change(path)]];
  });
  return Object.fromEntries(given);
}

/** As the project names them; an empty path, which says that there are to be none, stays empty. */
export function schemaPaths(dir: string, given: SchemaPaths): SchemaPaths {
  return mapped(given, (path) => projectPath(dir, path));
}

/** As the lock file keeps them. */
export function keptSchemas(paths: SchemaPaths): SchemaPaths {
  return mapped(paths, (path) => (leadsOut(path) ? outside : plainPath(path)));
}
