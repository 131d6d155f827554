import { UsageError } from "../base/usage-error.js";
import { anyOf, isOneOf } from "../base/word-list.js";
import { type DataOperation, dataOperations } from "../model/data-operation.js";
import { checkedName as name } from "./check-name.js";

/** What to add. All names are checked. */
export type Request = EventRequest | CommandRequest | SecretRequest | SettingRequest | ScopeRequest | TableRequest;

export interface EventRequest {
  readonly kind: "event";
  readonly name: string;
  readonly version: string | undefined;
  /** Configuration key of the template to render. */
  readonly template: string | undefined;
}

export interface CommandRequest {
  readonly kind: "command";
  readonly name: string;
  readonly title: string;
  readonly description: string | undefined;
  readonly category: string | undefined;
}

export interface SecretRequest {
  readonly kind: "secret";
  readonly key: string;
  readonly label: string | undefined;
  readonly description: string | undefined;
  readonly required: boolean;
}

export interface SettingRequest {
  readonly kind: "setting";
  readonly key: string;
  /** If it is not given, it follows from the default. */
  readonly type: string | undefined;
  /** As written on the command line. */
  readonly default: string | undefined;
  readonly label: string | undefined;
  readonly description: string | undefined;
  readonly required: boolean;
  readonly options: readonly string[];
}

export interface ScopeRequest {
  readonly kind: "scope";
  readonly scope: string;
}

export interface ColumnRequest {
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
}

export interface TableRequest {
  readonly kind: "table";
  readonly module: string;
  readonly table: string;
  readonly columns: readonly ColumnRequest[];
  readonly operations: readonly DataOperation[];
}

/** Options of the command line, as given. */
export interface Given {
  readonly version?: string | undefined;
  readonly template?: string | undefined;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly category?: string | undefined;
  readonly label?: string | undefined;
  readonly type?: string | undefined;
  readonly default?: string | undefined;
  readonly options?: string | undefined;
  readonly operations?: string | undefined;
  readonly required?: boolean | undefined;
  /** Adds an event although it looks like a documented one mistyped. */
  readonly force?: boolean | undefined;
}

/** What can be added. */
export const additionKinds: readonly ["event", "command", "secret", "setting", "table", "scope"] = [
  "event",
  "command",
  "secret",
  "setting",
  "table",
  "scope",
];

/** The first words of `kiket-gen add`. */
export const addable: readonly string[] = [...additionKinds, "deploy"];

type Kind = (typeof additionKinds)[number];

/** The options of each kind. Any other option is an error. */
const taken: Readonly<Record<Kind, readonly (keyof Given)[]>> = {
  event: ["version", "template", "force"],
  command: ["title", "description", "category"],
  secret: ["label", "description", "required"],
  setting: ["type", "default", "label", "description", "required", "options"],
  scope: [],
  table: ["operations"],
};

function list(text: string | undefined): string[] {
  const items = (text ?? "").split(",").map((item) => item.trim());
  return [...new Set(items.filter((item) => item !== ""))];
}

function operations(text: string | undefined): readonly DataOperation[] {
  const words = list(text ?? "read,write");
  const known = words.filter((word) => isOneOf(dataOperations, word));
  if (known.length > 0 && known.length === words.length) return known;
  throw new UsageError(`--operations takes ${anyOf(dataOperations)}, separated by commas`);
}

/** `email:string!`: a name, a type, and `!` if it must not be null. */
function column(text: string): ColumnRequest {
  const [, columnName, type, mark] = /^([^:]*):([a-z]+)(!?)$/.exec(text) ?? [];
  if (type === undefined)
    throw new UsageError(`expected a column as name:type or name:type!, not ${JSON.stringify(text)}`);
  return { name: name("column", columnName, "column"), type, notNull: mark === "!" };
}

function columns(texts: readonly string[]): readonly ColumnRequest[] {
  const read = texts.map(column);
  const repeated = read.find((one, index) => read.findIndex((other) => other.name === one.name) !== index);
  if (repeated !== undefined) throw new UsageError(`duplicate column "${repeated.name}"`);
  return read;
}

/** `acme.syncNow` → `Sync now`. */
function titleOf(command: string): string {
  const words = (command.split(".").at(-1) ?? "").split(/[_-]+|(?<=[a-z0-9])(?=[A-Z])/).join(" ");
  return words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
}

/** Throws a `UsageError` for an option that has no meaning with what is added, so that none is silently ignored. */
export function refuseOptions(kind: string, given: object, own: readonly string[] = []): void {
  const foreign = Object.entries(given).find(([option, value]) => value !== undefined && !own.includes(option));
  if (foreign !== undefined) throw new UsageError(`--${foreign[0]} cannot be used with add ${kind}`);
}

/** Parses `<kind> <name> …`. Throws a `UsageError` for an argument or an option that is not allowed. */
export function readRequest(words: readonly string[], given: Given): Request {
  const [kind, first, second, ...others] = words;
  if (!isOneOf(additionKinds, kind)) {
    throw new UsageError(`expected ${anyOf(addable)}${kind === undefined ? "" : `, not "${kind}"`}`);
  }
  refuseOptions(kind, given, taken[kind]);
  if (kind !== "table" && second !== undefined) throw new UsageError(`expected one ${kind}, also got "${second}"`);
  const { label, description, required = false } = given;
  switch (kind) {
    case "event": {
      const event = name(kind, first, "event");
      const version = given.version === undefined ? undefined : name("version", given.version, "version");
      const template = given.template === undefined ? undefined : name("template", given.template, "key");
      return { kind, name: event, version, template };
    }
    case "command": {
      const command = name(kind, first, "event");
      return { kind, name: command, title: given.title ?? titleOf(command), description, category: given.category };
    }
    case "secret":
      return { kind, key: name(kind, first, "secret"), label, description, required };
    case "setting": {
      const options = list(given.options);
      const key = name(kind, first, "key");
      return { kind, key, type: given.type, default: given.default, label, description, required, options };
    }
    case "scope":
      return { kind, scope: name(kind, first, "scope") };
    case "table":
      return {
        kind,
        module: name("module", first, "id"),
        table: name(kind, second, "column"),
        columns: columns(others),
        operations: operations(given.operations),
      };
  }
}
