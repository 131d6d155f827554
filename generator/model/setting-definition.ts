import { defined } from "../base/defined.js";
import type { SettingModel } from "./model.js";

/** What the runtime must know of a setting, as plain data. The generated code has it as well. */
export interface SettingDefinitionModel {
  readonly type: "string" | "integer" | "number" | "boolean" | "object" | "unknown";
  /** The only valid values. */
  readonly options?: readonly string[];
  /** The type of every member of an object. */
  readonly items?: "text" | "texts";
  readonly default?: unknown;
  /** The variable that the default refers to. */
  readonly defaultFrom?: string;
  /** The file that requires the setting. */
  readonly required?: string;
}

/** The type of an object setting follows from its default: only there its values can be seen (fact 557). */
export function objectItems({ type, default: value }: SettingModel): SettingDefinitionModel["items"] {
  const items = type === "object" && typeof value === "object" && value !== null ? Object.values(value) : [];
  const isText = (item: unknown) => typeof item === "string";
  if (items.length === 0) return undefined;
  if (items.every(isText)) return "text";
  return items.every((item) => Array.isArray(item) && item.every(isText)) ? "texts" : undefined;
}

/** The options of a select; a setting without options is free text. */
export function selectOptions({ type, options }: SettingModel): readonly string[] {
  return type === "string" ? options : [];
}

export function settingDefinition(setting: SettingModel): SettingDefinitionModel {
  const options = selectOptions(setting);
  return {
    // A select is text, and an id is not converted.
    type: setting.type === "id" ? "unknown" : setting.type,
    ...defined({
      options: options.length === 0 ? undefined : options,
      items: objectItems(setting),
      default: setting.default,
      defaultFrom: setting.defaultFrom?.name,
      required: setting.required ? setting.at.file : undefined,
    }),
  };
}
