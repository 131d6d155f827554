// The normalised extension. `manifest/` turns every format into it; all code after that uses this model and no YAML.

import type { ColumnType } from "./column-type.js";
import type { DataOperation } from "./data-operation.js";
import type { EventOrigin } from "./event-origin.js";
import type { Format } from "./format.js";
import type { ValueType } from "./value-type.js";

/** A place in a source file; line and column count from 1. */
export interface Position {
  /** Path relative to the project, with "/" separators. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The manifest of one extension, whatever its format. */
export interface Model {
  readonly format: Format;
  /** Path of the manifest, relative to the project, with "/" separators. */
  readonly manifest: string;
  /** Absent in formats that have none. */
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly description: string | undefined;
  /** Default version of events; `v1` if the manifest has none. */
  readonly apiVersion: string;
  /** One entry for each event name and version, in code-unit order of name, then version. */
  readonly events: readonly EventModel[];
  /** Declared permissions, unchanged, without duplicates, in code-unit order. */
  readonly scopes: readonly ScopeModel[];
  /** Settings that are not secret, in code-unit order of key. */
  readonly settings: readonly SettingModel[];
  readonly secrets: readonly SecretModel[];
  readonly customData: readonly ModuleModel[];
  /** Only for evidence adapters. Their events are the types of source events. */
  readonly adapter?: AdapterModel;
  /** Only for receivers of webhooks, which are not extensions: no token, and one address for all events. */
  readonly receiver?: ReceiverModel;
}

/** The address of a receiver of webhooks. */
export interface ReceiverModel {
  /** A plain path with a slash before, such as `/webhook`. */
  readonly path: string;
  readonly at: Position;
}

/** What an evidence adapter declares. */
export interface AdapterModel {
  readonly sourceSystem: string;
  /** In code-unit order, without duplicates. */
  readonly evidenceTypes: readonly string[];
}

/** One version of an event that has a handler. */
export interface EventModel {
  /** As it is delivered, such as `issue.created`. */
  readonly name: string;
  /** With the "v", such as `v1`. */
  readonly version: string;
  /** In code-unit order, without duplicates. */
  readonly origins: readonly EventOrigin[];
  readonly description: string | undefined;
  /** Declared parameters of a command or workflow action, in manifest order. */
  readonly parameters: readonly ParameterModel[];
  /** Configuration key of the template that is rendered for this event. */
  readonly template: string | undefined;
  /** Where its deliveries are sent, as the manifest writes it, in code-unit order, without duplicates. Absent if it does not say. */
  readonly paths?: readonly string[];
  readonly at: Position;
}

/** A parameter of a command or workflow action. */
export interface ParameterModel {
  readonly key: string;
  readonly type: ValueType;
  /** True if the manifest says so; else a delivery may leave it out. */
  readonly required: boolean;
  /** Values of a select, in manifest order; `undefined` if any value is allowed. */
  readonly options?: readonly string[] | undefined;
  /** Converted to `type`; `undefined` if there is none, or none that a delivery would contain. */
  readonly default?: unknown;
  readonly label: string | undefined;
  readonly description: string | undefined;
}

/** A permission that the manifest declares. */
export interface ScopeModel {
  readonly value: string;
  readonly at: Position;
}

/** A setting that is not secret. */
export interface SettingModel {
  readonly key: string;
  readonly type: ValueType;
  /** The type as the manifest writes it, for the docblock. */
  readonly declaredType: string | undefined;
  /** Converted to `type`; `undefined` if there is no default. */
  readonly default: unknown;
  /** The reference, if the default is one; `default` is then the converted fallback of the reference. */
  readonly defaultFrom?: Reference;
  /** True if the manifest says so. */
  readonly required: boolean;
  /** Values of a select, in manifest order; empty if any value is allowed. */
  readonly options: readonly string[];
  readonly label: string | undefined;
  readonly description: string | undefined;
  /** Variables that a template declares, in manifest order; empty for other types. */
  readonly variables: readonly TemplateVariable[];
  readonly at: Position;
}

/** A reference to a value: `env:NAME`, `env.NAME`, `${NAME:-fallback}` or `ext.NAME`. */
export interface Reference {
  /** `env`: the environment of the process. `ext`: the publisher's own credentials. */
  readonly from: "env" | "ext";
  readonly name: string;
  readonly fallback?: string;
}

/** A variable that a template may use. */
export interface TemplateVariable {
  readonly name: string;
  readonly type: ValueType;
  /** The members of an object; empty for other types. */
  readonly properties: readonly { readonly name: string; readonly type: ValueType }[];
}

/** A secret that the manifest declares. The model never has its value. */
export interface SecretModel {
  readonly key: string;
  /** True if the manifest says so. */
  readonly required: boolean;
  readonly label: string | undefined;
  readonly description: string | undefined;
  readonly at: Position;
}

/** A custom-data module that the extension ships or may access. */
export interface ModuleModel {
  /** Such as `com.example.crm.contacts`. */
  readonly id: string;
  /** In code-unit order, without duplicates. */
  readonly operations: readonly DataOperation[];
  /** Path of its module file; `undefined` for a module that the extension does not ship. */
  readonly schema: string | undefined;
  readonly description: string | undefined;
  /** In manifest order; empty for a module that the extension does not ship. */
  readonly tables: readonly TableModel[];
  readonly at: Position;
}

/** A table of a module that the extension ships. */
export interface TableModel {
  readonly name: string;
  readonly description: string | undefined;
  readonly columns: readonly ColumnModel[];
  readonly at: Position;
}

/** A column of such a table. */
export interface ColumnModel {
  readonly name: string;
  readonly type: ColumnType;
  /** False for `null: false` and for primary keys, otherwise true. */
  readonly nullable: boolean;
  /** A literal default, or `"now()"` for the time of the server; `undefined` if there is no default. */
  readonly default: unknown;
  /** Whether the server fills the column: a primary key with `auto_increment`. */
  readonly generated: boolean;
  readonly unique: boolean;
  /** Characters at most; `undefined` if the module file has no limit. */
  readonly length: number | undefined;
  /** Digits of a decimal number in all. */
  readonly precision: number | undefined;
  /** Digits after the point. */
  readonly scale: number | undefined;
  readonly description: string | undefined;
  readonly at: Position;
}
