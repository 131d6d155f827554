import { ConfigError } from "./errors.js";
import { isJsonObject, type JsonObject, member, nonEmptyText } from "./json.js";
import type { Logger } from "./logger.js";
import type { Environment } from "./process.js";

/** How a setting's text becomes a value (manifest-and-events §2.2). */
export type SettingType = "string" | "integer" | "number" | "boolean" | "object" | "unknown";

export interface SettingDefinition {
  readonly type: SettingType;
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

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function coerceText(type: SettingType, text: string): unknown {
  switch (type) {
    case "integer": {
      const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
      return Number.isSafeInteger(value) ? value : undefined;
    }
    case "number": {
      const value = text.trim() === "" ? Number.NaN : Number(text);
      return Number.isFinite(value) ? value : undefined;
    }
    case "boolean":
      return text === "true" ? true : text === "false" ? false : undefined;
    case "object":
      return parseObject(text);
    default:
      return text;
  }
}

/** A value of the declared type, or undefined where it does not fit. Text is read as manifest-and-events §2.2 says. */
export function coerceSetting(type: SettingType, value: unknown): unknown {
  if (type === "unknown") return value;
  if (typeof value === "string") return coerceText(type, value);
  switch (type) {
    case "integer":
      return Number.isSafeInteger(value) ? value : undefined;
    case "number":
      return Number.isFinite(value) ? value : undefined;
    case "boolean":
      return typeof value === "boolean" ? value : undefined;
    case "object":
      return isJsonObject(value) ? value : undefined;
    default:
      return undefined;
  }
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
  const values = Object.fromEntries(entries.filter(([, value]) => value !== undefined));
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
 * refers to, then the manifest's default. A value that does not fit its type is logged without the value, and the next source
 * is tried. Constructor values without a definition are passed on as they are. Reading a required setting that has no value
 * throws a `ConfigError`.
 */
export function createSettingsReader(
  definitions: SettingDefinitions,
  given: JsonObject,
  env: Environment,
  logger: Logger,
): SettingsReader {
  const accept = (key: string, type: SettingType, value: unknown, source: string): unknown => {
    if (value === undefined) return undefined;
    const coerced = coerceSetting(type, value);
    if (coerced === undefined) logger.warn(`Setting ${key} ignored: not a valid ${type}`, { setting: key, source });
    return coerced;
  };
  const fromEnvironment = (key: string, definition: SettingDefinition): unknown => {
    for (const name of settingVariables(key, definition)) {
      const value = accept(key, definition.type, nonEmptyText(member(env, name)), `environment variable ${name}`);
      if (value !== undefined) return value;
    }
    return undefined;
  };

  const fixed = new Map<string, unknown>(Object.entries(given).filter(([key]) => !Object.hasOwn(definitions, key)));
  const open: Open[] = [];
  for (const [key, definition] of Object.entries(definitions)) {
    const fromConstructor = accept(key, definition.type, member(given, key), "constructor");
    if (fromConstructor !== undefined) fixed.set(key, fromConstructor);
    else open.push({ key, definition, fallback: fromEnvironment(key, definition) ?? definition.default });
  }

  const inProcess = [...fixed, ...open.map(({ key, fallback }) => [key, fallback] as const)];
  const base = present(inProcess, open);
  return (deliveryValues) => {
    const own = open.flatMap(({ key, definition: { type } }) => {
      const value = accept(key, type, nonEmptyText(member(deliveryValues, key)), "delivery");
      return value === undefined ? [] : [[key, value] as const];
    });
    return own.length === 0 ? base : present([...inProcess, ...own], open);
  };
}
