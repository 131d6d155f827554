import { ConfigError } from "../base/errors.js";
import { defined, isJsonObject, type JsonObject, member, nonEmptyText, parseJsonObject } from "../base/json.js";
import type { Logger } from "../base/logger.js";
import type { Environment } from "../base/process.js";

// See facts 551 and 553.
/** The type of a setting, to which its text is converted. */
export type SettingType = "string" | "integer" | "number" | "boolean" | "object" | "unknown";

/** How a setting's text is read. */
export interface SettingDefinition {
  readonly type: SettingType;
  /** The only valid values of a `string`. Default: any string. */
  readonly options?: readonly string[];
  /** The type of every member of an `object`: a string (`text`) or a list of strings (`texts`). Default: any JSON value. */
  readonly items?: "text" | "texts";
  /** The default, already converted to the declared type. */
  readonly default?: unknown;
  // See fact 523.
  /**
   * The environment variable that is used before `default`. The manifest refers to it with `env:NAME`, `env.NAME`, `${NAME}`
   * or `ext.NAME`.
   */
  readonly defaultFrom?: string;
  /** The path of the manifest, relative to the project. Present if the manifest marks the setting as required. */
  readonly required?: string;
}

/** The settings that a manifest declares, by key. */
export type SettingDefinitions = Readonly<Record<string, SettingDefinition>>;

/**
 * Combines the values of a delivery with those of the process into the settings that a handler gets. `log` is the logger of the
 * delivery.
 */
export type SettingsReader = (deliveryValues: JsonObject, log?: Logger) => JsonObject;

/** Numbers as in JSON. The generator reads defaults in manifests by the same rule; a contract test compares the two. */
const integerPattern = /^-?(?:0|[1-9]\d*)$/;
const numberPattern = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

/** False for a whole number that a double cannot represent exactly: it would become another number. */
function isExact(value: unknown): boolean {
  return Number.isFinite(value) && !(Number.isInteger(value) && !Number.isSafeInteger(value));
}

function coerceText(type: SettingType, text: string): unknown {
  switch (type) {
    case "integer":
      return integerPattern.test(text.trim()) ? coerceType(type, Number(text)) : undefined;
    case "number":
      return numberPattern.test(text.trim()) ? coerceType(type, Number(text)) : undefined;
    case "boolean":
      return text === "true" ? true : text === "false" ? false : undefined;
    case "object":
      return parseJsonObject(text);
    default:
      return text;
  }
}

/** A value of the declared type, or undefined if it does not fit. Strings are converted (fact 553). */
function coerceType(type: SettingType, value: unknown): unknown {
  if (type === "unknown") return value;
  if (typeof value === "string") return coerceText(type, value);
  switch (type) {
    case "integer":
      return Number.isSafeInteger(value) ? value : undefined;
    case "number":
      return isExact(value) ? value : undefined;
    case "boolean":
      return typeof value === "boolean" ? value : undefined;
    case "object":
      return isJsonObject(value) ? value : undefined;
    default:
      return undefined;
  }
}

const isText = (value: unknown): boolean => typeof value === "string";
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);

/** Whether a value of the declared type also fits the generated type. */
function isAllowed({ options, items }: SettingDefinition, value: unknown): boolean {
  if (options !== undefined) return options.some((option) => option === value);
  if (items === undefined) return true;
  return isJsonObject(value) && Object.values(value).every(items === "text" ? isText : isTexts);
}

function coerceSetting(definition: SettingDefinition, value: unknown): unknown {
  const coerced = coerceType(definition.type, value);
  return isAllowed(definition, coerced) ? coerced : undefined;
}

const itemNames = { text: " of strings", texts: " of lists of strings" } as const;

/** Why a value was ignored, without the value. */
export function expectation({ type, options, items }: SettingDefinition): string {
  if (options !== undefined) return `not one of ${options.join(", ")}`;
  return `not a valid ${type}${items === undefined ? "" : itemNames[items]}`;
}

/** The environment variables that may contain a setting, in the order in which they are tried. */
export function settingVariables(key: string, { defaultFrom }: SettingDefinition): readonly string[] {
  return defaultFrom === undefined || defaultFrom === key ? [key] : [key, defaultFrom];
}

/** The value of a setting, and the variable that it comes from. */
interface VariableValue {
  readonly value: unknown;
  readonly variable: string;
}

/** The first variable with a value that fits the setting. `ignored` is told the name of each one with a value that does not. */
export function settingInEnvironment(
  key: string,
  definition: SettingDefinition,
  env: Environment,
  ignored: (variable: string) => void,
): VariableValue | undefined {
  for (const variable of settingVariables(key, definition)) {
    const text = nonEmptyText(member(env, variable));
    if (text === undefined) continue;
    const value = coerceSetting(definition, text);
    if (value !== undefined) return { value, variable };
    ignored(variable);
  }
  return undefined;
}

/** A setting that the constructor does not set. */
interface UnsetSetting {
  readonly key: string;
  readonly definition: SettingDefinition;
  /** The value if the delivery has none. */
  readonly fallback: unknown;
}

/**
 * The settings that a handler gets. The type of a required setting says that it always has a value, so reading one without a
 * value throws: with undefined the handler would do the wrong thing without an error.
 */
function createSettings(entries: readonly (readonly [string, unknown])[], unset: readonly UnsetSetting[]): JsonObject {
  const values = defined(Object.fromEntries(entries));
  for (const { key, definition } of unset) {
    if (definition.required === undefined || Object.hasOwn(values, key)) continue;
    const variables = settingVariables(key, definition).join(" or ");
    const message = `Setting ${key} has no value: ${definition.required} requires it, but it is not set in the delivery or in the environment (${variables}).`;
    Object.defineProperty(values, key, {
      enumerable: false,
      get: () => {
        throw new ConfigError(message);
      },
    });
  }
  return Object.freeze(values);
}

/**
 * Prepares the lookup of settings in this order: constructor, delivery, environment variable of the key, variable that the
 * default refers to, default in the manifest. If a value does not fit the type or the options, a warning is logged without the
 * value, and the next source is used. Constructor values without a definition are passed on unchanged. Reading a required
 * setting that has no value throws a `ConfigError`.
 */
export function createSettingsReader(
  definitions: SettingDefinitions,
  given: JsonObject,
  env: Environment,
  logger: Logger,
): SettingsReader {
  const ignored = (key: string, definition: SettingDefinition, source: string, log: Logger = logger): void =>
    log.warn(`Setting ${key} ignored: ${expectation(definition)}`, { setting: key, source });
  const accept = (
    key: string,
    definition: SettingDefinition,
    value: unknown,
    source: string,
    log?: Logger,
  ): unknown => {
    if (value === undefined) return undefined;
    const coerced = coerceSetting(definition, value);
    if (coerced === undefined) ignored(key, definition, source, log);
    return coerced;
  };
  const fromEnvironment = (key: string, definition: SettingDefinition): unknown =>
    settingInEnvironment(key, definition, env, (name) => ignored(key, definition, `environment variable ${name}`))
      ?.value;

  const fixed = new Map<string, unknown>(Object.entries(given).filter(([key]) => !Object.hasOwn(definitions, key)));
  const unset: UnsetSetting[] = [];
  for (const [key, definition] of Object.entries(definitions)) {
    const fromConstructor = accept(key, definition, member(given, key), "constructor");
    if (fromConstructor !== undefined) fixed.set(key, fromConstructor);
    else unset.push({ key, definition, fallback: fromEnvironment(key, definition) ?? definition.default });
  }

  const inProcess = [...fixed, ...unset.map(({ key, fallback }) => [key, fallback] as const)];
  const base = createSettings(inProcess, unset);
  return (deliveryValues, log) => {
    const own = unset.flatMap(({ key, definition }) => {
      const given = member(deliveryValues, key);
      // An empty text and null count as absent.
      const value = given === "" || given === null ? undefined : accept(key, definition, given, "delivery", log);
      return value === undefined ? [] : [[key, value] as const];
    });
    return own.length === 0 ? base : createSettings([...inProcess, ...own], unset);
  };
}
