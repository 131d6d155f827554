import { jsonInteger, jsonNumber } from "../../base/json-number.js";
import { valueTypes } from "../../model/value-type.js";
import type { SettingRequest } from "../parse-request.js";

/** The type that the text of a default looks like. */
function typeOf(text: string | undefined): string {
  if (text === "true" || text === "false") return "boolean";
  if (jsonInteger(text ?? "") !== undefined) return "integer";
  return jsonNumber(text ?? "") === undefined ? "string" : "number";
}

export function settingType(setting: SettingRequest): string {
  return setting.type ?? (setting.options.length > 0 ? "select" : typeOf(setting.default));
}

/** A default as a YAML value of its type, for formats where the value decides the type. */
export function nativeDefault(setting: SettingRequest): string | number | boolean | undefined {
  const { default: text } = setting;
  const type = settingType(setting);
  if (text === undefined) return undefined;
  const wanted = valueTypes.get(type);
  if (wanted === "boolean" && typeOf(text) === "boolean") return text === "true";
  const isNumber = jsonNumber(text) !== undefined && Number.isSafeInteger(Math.trunc(Number(text)));
  return isNumber && (wanted === "integer" || wanted === "number") ? Number(text) : text;
}
