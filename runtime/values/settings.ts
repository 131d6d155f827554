import { ConfigError } from "../base/errors.js";
import { defined, isJsonObject, type JsonObject, member, nonEmptyText, parseJsonObject } from "../base/json.js";
import type { Logger } from "../base/logger.js";
import type { Environment } from "../base/process.js";

/** How a setting's text becomes a value (manifest-and-events §2.2). */
export type SettingType = "string" | "integer" | "number" | "boolean" | "object" | "unknown";

export interface SettingDefinition {
  readonly type: SettingType;
  /** The only texts of a `string` that are valid. Default: any. */
  readonly options?: readonly string[];
  /** What every member of an `object` is: a text, or a list of texts. Default: any JSON value. */
  readonly items?: "text" | "texts";
  /** Already coerced to the declared type. */
  readonly default?: unknown;
  /**
   * The environment variable that the default is taken from, before `default`: the manifest refers to it with `env:NAME`,
   * `env.NAME`, `${NAME}` or `ext.NAME` (manifest-and-events §0.5).
   */
  readonly defaultFrom?: string;
  /** The manifest that declares it, relative to the project; present where the manifest says that it is required. */
  readonly required?: string;
}

/** The settings that a manifest declares, by key. */
export type SettingDefinitions = Readonly<Record<string, SettingDefinition>>;

/** The delivery's own values to the settings that a handler sees. */
export type SettingsReader = (deliveryValues: Readonly<Record<string, string>>) => JsonObject;

/** Numbers as JSON writes them; the generator reads a manifest's defaults by the same rule, which a contract test compares. */
const integerPattern = /^-?(?:0|[1-9]\d*)$/;
const numberPattern = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?$/;

/** A whole number that a double cannot hold exactly would be another one. */
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

/** A value of the declared type, or undefined where it does not fit. Text is read as manifest-and-events §2.2 says. */
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

/** Whether a value of the declared type is also one of those that the generated type names. */
function isAllowed({ options, items }: SettingDefinition, value: unknown): boolean {
  if (options !== undefined) return options.some((option) => option === value);
  if (items === undefined) return true;
  return isJsonObject(value) && Object.values(value).every(items === "text" ? isText : isTexts);
}

function coerceSetting(definition: SettingDefinition, value: unknown): unknown {
  const coerced = coerceType(definition.type, value);
  return isAllowed(definition, coerced) ? coerced : undefined;
}

const itemNames = { text: " of texts", texts: " of lists of texts" } as const;

/** Why a value was not taken, without the value. */
function expectation({ type, options, items }: SettingDefinition): string {
  if (options !== undefined) return `not one of ${options.join(", ")}`;
  return `not a valid ${type}${items === undefined ? "" : itemNames[items]}`;
}

/** The variables that a setting is looked for in, in that order. */
export function settingVariables(key: string, { defaultFrom }: SettingDefinition): readonly string[] {
  return defaultFrom === undefined || defaultFrom === key ? [key] : [key, defaultFrom];
}

interface Open {
  readonly key: string;
  readonly definition: SettingDefinition;
  /** The value unless a delivery brings one. */
  readonly fallback: unknown;
}

/**
 * Settings as a handler sees them. One that the manifest requires is typed as always there, so reading it without a value is
 * an error: a handler that went on with undefined would do the wrong thing silently.
 */
function present(entries: readonly (readonly [string, unknown])[], open: readonly Open[]): JsonObject {
  const values = defined(Object.fromEntries(entries));
  for (const { key, definition } of open) {
    if (definition.required === undefined || Object.hasOwn(values, key)) continue;
    const message = `Setting ${key} has no value: ${definition.required} requires it, and neither the delivery nor ${settingVariables(key, definition).join(" nor ")} in the environment holds one.`;
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
 * Prepares the lookup of settings: constructor, then the delivery's own values, then the environment, then what the default
 * refers to, then the manifest's default. A value that does not fit its type, or is none of its options, is logged without the
 * value, and the next source is tried. Constructor values without a definition are passed on as they are. Reading a required setting that has no value
 * throws a `ConfigError`.
 */
export function createSettingsReader(
  definitions: SettingDefinitions,
  given: JsonObject,
  env: Environment,
  logger: Logger,
): SettingsReader {
  const accept = (key: string, definition: SettingDefinition, value: unknown, source: string): unknown => {
    if (value === undefined) return undefined;
    const coerced = coerceSetting(definition, value);
    if (coerced === undefined) {
      logger.warn(`Setting ${key} ignored: ${expectation(definition)}`, { setting: key, source });
    }
    return coerced;
  };
  const fromEnvironment = (key: string, definition: SettingDefinition): unknown => {
    for (const name of settingVariables(key, definition)) {
      const value = accept(key, definition, nonEmptyText(member(env, name)), `environment variable ${name}`);
      if (value !== undefined) return value;
    }
    return undefined;
  };

  const fixed = new Map<string, unknown>(Object.entries(given).filter(([key]) => !Object.hasOwn(definitions, key)));
  const open: Open[] = [];
  for (const [key, definition] of Object.entries(definitions)) {
    const fromConstructor = accept(key, definition, member(given, key), "constructor");
    if (fromConstructor !== undefined) fixed.set(key, fromConstructor);
    else open.push({ key, definition, fallback: fromEnvironment(key, definition) ?? definition.default });
  }

  const inProcess = [...fixed, ...open.map(({ key, fallback }) => [key, fallback] as const)];
  const base = present(inProcess, open);
  return (deliveryValues) => {
    const own = open.flatMap(({ key, definition }) => {
      const value = accept(key, definition, nonEmptyText(member(deliveryValues, key)), "delivery");
      return value === undefined ? [] : [[key, value] as const];
    });
    return own.length === 0 ? base : present([...inProcess, ...own], open);
  };
}
