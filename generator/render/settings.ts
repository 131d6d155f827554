import { docblock, propertyName, stringLiteral, unionOf, valueLiteral } from "../literals.js";
import type { SecretModel, SettingModel, TemplateVariable } from "../model.js";
import { code, type Fragment } from "../source-file.js";
import { codegen } from "./codegen.js";

/** An object setting is typed by its default: the one place where its values can be seen (manifest-and-events §2.2). */
function objectType(value: unknown): string {
  const items = typeof value === "object" && value !== null ? Object.values(value) : [];
  const isText = (item: unknown) => typeof item === "string";
  if (items.length > 0 && items.every(isText)) return "Readonly<Record<string, string>>";
  if (items.length > 0 && items.every((item) => Array.isArray(item) && item.every(isText))) {
    return "Readonly<Record<string, readonly string[]>>";
  }
  return "Readonly<Record<string, unknown>>";
}

function settingType(setting: SettingModel): Fragment {
  switch (setting.type) {
    case "string":
      return setting.options.length > 0 ? unionOf(setting.options) : "string";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "object":
      return objectType(setting.default);
    case "id":
      return codegen.Id;
    case "unknown":
      return "unknown";
  }
}

function shortDefault(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const text = JSON.stringify(value);
  return text.length <= 60 ? `Default: ${text}.` : undefined;
}

function settingMember(setting: SettingModel): Fragment {
  const doc = docblock([setting.label, setting.description, shortDefault(setting.default)], 2);
  const present = setting.default !== undefined || setting.required;
  const absent = present || setting.type === "unknown" ? "" : " | undefined";
  return code`${doc}  readonly ${propertyName(setting.key)}: ${settingType(setting)}${absent};\n`;
}

/** How the runtime coerces a value: a select is text, an id is taken as it comes. */
function wireType(setting: SettingModel): string {
  return setting.type === "id" ? "unknown" : setting.type;
}

function definition(setting: SettingModel): string {
  const parts = [
    `type: ${stringLiteral(wireType(setting))}`,
    ...(setting.default === undefined ? [] : [`default: ${valueLiteral(setting.default, 2)}`]),
    ...(setting.required ? ["required: true"] : []),
  ];
  return `  ${propertyName(setting.key)}: { ${parts.join(", ")} },\n`;
}

const variableTypes: Readonly<Record<string, string>> = { string: "string", number: "number", boolean: "boolean" };

function variableType(variable: TemplateVariable): string {
  if (variable.type !== "object") return variableTypes[variable.type] ?? "unknown";
  if (variable.properties.length === 0) return "Readonly<Record<string, unknown>>";
  const members = variable.properties.map(
    ({ name, type }) => `readonly ${propertyName(name)}: ${variableType({ name, type, properties: [] })}`,
  );
  return `{ ${members.join("; ")} }`;
}

function templates(settings: readonly SettingModel[]): string {
  const members = settings
    .filter(({ variables }) => variables.length > 0)
    .map(({ key, variables }) => {
      const lines = variables.map(
        (variable) => `    readonly ${propertyName(variable.name)}: ${variableType(variable)};\n`,
      );
      return `  readonly ${propertyName(key)}: {\n${lines.join("")}  };\n`;
    });
  const doc = docblock(["What each template setting may refer to, by setting key."]);
  return members.length === 0 ? "" : `\n${doc}export interface TemplateVariables {\n${members.join("")}}\n`;
}

function secretUnion(secrets: readonly SecretModel[]): string {
  if (secrets.length === 0) return "export type SecretName = never;\n";
  const lines = secrets.map((secret) => `${docblock([secret.description], 2)}  | ${stringLiteral(secret.key)}\n`);
  return `export type SecretName =\n${lines.join("").trimEnd()};\n`;
}

/** Settings with their defaults, secret names, and the variables of templates. */
export function renderSettings(settings: readonly SettingModel[], secrets: readonly SecretModel[]): Fragment {
  const members = settings.map(settingMember);
  const definitions = settings.map(definition).join("");
  const names = secrets.map(({ key }) => stringLiteral(key)).join(", ");
  return [
    docblock(["The settings that the manifest declares, after coercion."]),
    settings.length === 0
      ? "export type Settings = Readonly<Record<never, never>>;\n"
      : ["export interface Settings {\n", members, "}\n"],
    "\n",
    docblock(["A secret that the manifest declares; read it with `context.secret(name)`."]),
    secretUnion(secrets),
    templates(settings),
    code`\n${docblock(["Types and defaults, for the runtime."])}export const settingDefinitions: ${codegen.SettingDefinitions} = {${definitions === "" ? "" : `\n${definitions}`}};\n`,
    `\n${docblock(["Secrets that the extension reads, for the runtime."])}export const secretKeys: readonly SecretName[] = [${names}];\n`,
  ];
}
