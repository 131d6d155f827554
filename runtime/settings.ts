import { isJsonObject, type JsonObject, member, nonEmptyText } from "./json.js";
import type { Logger } from "./logger.js";

/** How a setting's text becomes a value (manifest-and-events §2.2). */
export type SettingType = "string" | "integer" | "number" | "boolean" | "object" | "unknown";

export interface SettingDefinition {
  readonly type: SettingType;
  /** Already coerced to the declared type. */
  readonly default?: unknown;
  readonly required?: true;
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

/**
 * Prepares the lookup of settings: constructor, then the delivery's own values, then the environment, then the manifest's
 * default. A value that does not fit its type is logged without the value, and the next source is tried.
 * Constructor values without a definition are passed on as they are.
 */
export function createSettingsReader(
  definitions: SettingDefinitions,
  given: JsonObject,
  env: Readonly<Record<string, string | undefined>>,
  logger: Logger,
): SettingsReader {
  const accept = (key: string, type: SettingType, value: unknown, source: string): unknown => {
    if (value === undefined) return undefined;
    const coerced = coerceSetting(type, value);
    if (coerced === undefined) logger.warn(`Setting ${key} ignored: not a valid ${type}`, { setting: key, source });
    return coerced;
  };

  const fixed = new Map<string, unknown>(Object.entries(given).filter(([key]) => !Object.hasOwn(definitions, key)));
  const open: { readonly key: string; readonly type: SettingType; readonly fallback: unknown }[] = [];
  for (const [key, definition] of Object.entries(definitions)) {
    const fromConstructor = accept(key, definition.type, member(given, key), "constructor");
    if (fromConstructor !== undefined) {
      fixed.set(key, fromConstructor);
      continue;
    }
    const fromEnvironment = accept(key, definition.type, nonEmptyText(member(env, key)), "environment");
    open.push({ key, type: definition.type, fallback: fromEnvironment ?? definition.default });
  }

  const base = Object.freeze(
    Object.fromEntries([...fixed, ...open.map(({ key, fallback }) => [key, fallback] as const)].filter(isPresent)),
  );
  return (deliveryValues) => {
    const own = open.flatMap(({ key, type }) => {
      const value = accept(key, type, nonEmptyText(member(deliveryValues, key)), "delivery");
      return value === undefined ? [] : [[key, value] as const];
    });
    return own.length === 0 ? base : Object.freeze({ ...base, ...Object.fromEntries(own) });
  };
}

function isPresent([, value]: readonly [string, unknown]): boolean {
  return value !== undefined;
}
