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
  /** How the call is written: on `context.api`, on an endpoint, or through a typed table, which its module grants. */
  readonly through: "api" | "endpoints" | "tables";
  readonly at: Position;
}

/** What a use that cannot be decided leaves undecided. */
export type Subject = "permissions" | "secrets" | "settings" | "custom data";

interface OpenUse {
  readonly subjects: readonly Subject[];
  /** What the code does, to be read after "this". */
  readonly reason: string;
  readonly at: Position;
}

/** What the handlers use, in order of file, line and column. */
export interface Usage {
  /** Permissions by name: `requiredScopes`, `Scope.…`, `requireScopes`. */
  readonly permissions: readonly NamedUse[];
  readonly calls: readonly CallUse[];
  readonly secrets: readonly NamedUse[];
  readonly settings: readonly NamedUse[];
  readonly tables: readonly TableUse[];
  /** Accessors of `context.customData()` that lead nowhere: a module, or a table of one. */
  readonly strayTables: readonly NamedUse[];
  /** Names read beside the typed ways: the environment, the delivery's own secrets, the remote store. They prove use only. */
  readonly mentions: readonly NamedUse[];
  readonly open: readonly OpenUse[];
}
