import { leadsOut, plainPath } from "./paths.js";

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

/** The paths as they are written to the lock file. */
export function keptSchemas(paths: SchemaPaths): SchemaPaths {
  const given = schemaKinds.flatMap((kind) => {
    const path = paths[kind];
    return path === undefined ? [] : [[kind, leadsOut(path) ? outside : path && plainPath(path)]];
  });
  return Object.fromEntries(given);
}
