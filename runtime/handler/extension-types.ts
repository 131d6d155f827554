import type { MissingPermissions, NothingMissing } from "./permitted-api.js";

/**
 * What one extension's manifest makes of the open types: the generator fills this in once per extension
 * (`generated/context.gen.ts`), and every handler context is typed by it.
 */
export interface ExtensionTypes {
  /** The scopes that the manifest declares, verbatim. */
  readonly scope: string;
  /** Setting keys to value types, after coercion. */
  readonly settings: object;
  /** The names that `context.secret()` accepts. */
  readonly secret: string;
  /** What `context.customData(projectId)` returns. */
  readonly customData: object;
  /** Calls that the manifest's permissions leave out; `context.api` and `context.endpoints` refuse them. */
  readonly missing: MissingPermissions;
}

/** The types of an extension without generated code: everything open. */
export interface OpenExtension extends ExtensionTypes {
  readonly scope: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secret: string;
  readonly customData: Readonly<Record<string, never>>;
  readonly missing: NothingMissing;
}
