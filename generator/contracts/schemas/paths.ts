/** Where a user's own schemas stand, relative to the project with "/" separators. */
export interface SchemaPaths {
  /** A folder of event schemas. */
  readonly events?: string;
  /** An OpenAPI document. */
  readonly openapi?: string;
}

export type SchemaKind = keyof SchemaPaths;
