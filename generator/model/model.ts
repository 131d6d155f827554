/** The normalised extension: every format ends here, and nobody past `manifest/` and `modules.ts` sees raw YAML. */

import type { ColumnType } from "./column-type.js";
import type { DataOperation } from "./data-operation.js";
import type { EventOrigin } from "./event-origin.js";
import type { Format } from "./format.js";
import type { ValueType } from "./value-type.js";

/** A place in a source file; line and column count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface Model {
  readonly format: Format;
  /** Path of the manifest as the user would write it, relative to the project. */
  readonly manifest: string;
  /** Absent in formats that have none. */
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly description: string | undefined;
  /** Default event version; `v1` unless the manifest says otherwise. */
  readonly apiVersion: string;
  /** One entry per event name and version, in code-unit order of name, then version. */
  readonly events: readonly EventModel[];
  /** Declared permissions, verbatim, without repeats, in code-unit order. */
  readonly scopes: readonly ScopeModel[];
  /** Non-secret settings in code-unit order of key. */
  readonly settings: readonly SettingModel[];
  readonly secrets: readonly SecretModel[];
  readonly customData: readonly ModuleModel[];
  /** Present in an evidence adapter, whose events are source event types. */
  readonly adapter?: AdapterModel;
}

export interface AdapterModel {
  readonly sourceSystem: string;
  /** In code-unit order, no repeats. */
  readonly evidenceTypes: readonly string[];
}

export interface EventModel {
  readonly name: string;
  readonly version: string;
  /** In code-unit order, no repeats. */
  readonly origins: readonly EventOrigin[];
  readonly description: string | undefined;
  /** Declared parameters of a command or workflow action, in manifest order. */
  readonly parameters: readonly ParameterModel[];
  /** Configuration key of the template rendered for this event. */
  readonly template: string | undefined;
  readonly at: Position;
}

export interface ParameterModel {
  readonly key: string;
  readonly type: ValueType;
  readonly required: boolean;
  readonly label: string | undefined;
  readonly description: string | undefined;
}

export interface ScopeModel {
  readonly value: string;
  readonly at: Position;
}

export interface SettingModel {
  readonly key: string;
  readonly type: ValueType;
  /** The manifest's own word for the type, for the docblock. */
  readonly declaredType: string | undefined;
  /** Coerced to `type`; `undefined` where there is none. */
  readonly default: unknown;
  /** Where the default comes from when it is not written out; `default` then holds the coerced fallback. */
  readonly defaultFrom?: Reference;
  readonly required: boolean;
  /** Values of a select, in manifest order; empty when free. */
  readonly options: readonly string[];
  readonly label: string | undefined;
  readonly description: string | undefined;
  /** Variables that a template declares, in manifest order; empty for other types. */
  readonly variables: readonly TemplateVariable[];
  readonly at: Position;
}

/** A value that stands elsewhere: `env:NAME`, `env.NAME`, `${NAME:-fallback}`, `ext.NAME` (manifest-and-events §0.5). */
export interface Reference {
  /** `env` is the process environment, `ext` the publisher's own credentials. */
  readonly from: "env" | "ext";
  readonly name: string;
  readonly fallback?: string;
}

export interface TemplateVariable {
  readonly name: string;
  readonly type: ValueType;
  readonly properties: readonly { readonly name: string; readonly type: ValueType }[];
}

export interface SecretModel {
  readonly key: string;
  readonly required: boolean;
  readonly label: string | undefined;
  readonly description: string | undefined;
  readonly at: Position;
}

/** A custom-data module that the manifest may reach. */
export interface ModuleModel {
  readonly id: string;
  /** In code-unit order, no repeats. */
  readonly operations: readonly DataOperation[];
  /** Where its schema stands; `undefined` for a module that the extension does not ship. */
  readonly schema: string | undefined;
  readonly description: string | undefined;
  /** In manifest order; empty for a module that the extension does not ship. */
  readonly tables: readonly TableModel[];
  readonly at: Position;
}

export interface TableModel {
  readonly name: string;
  readonly description: string | undefined;
  readonly columns: readonly ColumnModel[];
  readonly at: Position;
}

export interface ColumnModel {
  readonly name: string;
  readonly type: ColumnType;
  /** `null: false` → false; true or absent → true. Primary keys are never nullable. */
  readonly nullable: boolean;
  /** A literal default or `"now()"`, the server's clock; `undefined` where there is none. */
  readonly default: unknown;
  /** Primary key filled by the server (`primary_key` with `auto_increment`). */
  readonly generated: boolean;
  readonly unique: boolean;
  readonly length: number | undefined;
  readonly precision: number | undefined;
  readonly scale: number | undefined;
  readonly description: string | undefined;
  readonly at: Position;
}
