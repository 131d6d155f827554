import type { TableCall } from "../contracts/endpoint-calls.js";
import type { Call } from "../contracts/operations.js";
import type { Position } from "../model/model.js";

/** A name that a handler uses, and where. */
export interface NamedUse {
  readonly name: string;
  readonly at: Position;
}

/** A call on a custom-data table. */
interface TableUse {
  /** The module's id. */
  readonly module: string;
  readonly table: string;
  readonly call: TableCall;
  readonly at: Position;
}

interface CallUse {
  readonly call: Call;
  /** How the call is written: with `context.api`, with an endpoint, or with a typed table, whose access the manifest grants by module. */
  readonly through: "api" | "endpoints" | "tables";
  readonly at: Position;
}

/** What an undecided use may use. */
export type DeclarationKind = "permissions" | "secrets" | "settings" | "custom data";

/** A place where it cannot be decided what is used. */
interface OpenUse {
  readonly subjects: readonly DeclarationKind[];
  /** Why it cannot be decided, for the end of a message. */
  readonly reason: string;
  readonly at: Position;
}

/** What the handlers use, ordered by file, line and column. */
export interface Usage {
  /** Permissions by name: `requiredScopes`, `Scope.…`, `requireScopes`. */
  readonly permissions: readonly NamedUse[];
  readonly calls: readonly CallUse[];
  readonly secrets: readonly NamedUse[];
  readonly settings: readonly NamedUse[];
  readonly tables: readonly TableUse[];
  /** Accessors of `context.customData()` for a module or table that is not declared. */
  readonly strayTables: readonly NamedUse[];
  /** Names that are read from the environment, the delivery's own secrets or the secrets endpoint. They count as used, but need not be declared. */
  readonly mentions: readonly NamedUse[];
  readonly open: readonly OpenUse[];
}
