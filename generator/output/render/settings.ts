import { valueInText } from "../../base/comment-text.js";
import { docblock, propertyEntry, propertyName, stringLiteral, unionOf, valueLiteral } from "../../base/literals.js";
import type { Position, SecretModel, SettingModel, TemplateVariable } from "../../model/model.js";
import { objectItems, selectOptions, settingDefinition } from "../../model/setting-definition.js";
import { code, type Fragment } from "../printer.js";
import { codegen } from "./runtime-names.js";
import { valueType } from "./value-type.js";

const itemTypes = { text: "string", texts: "readonly string[]" } as const;

function settingType(setting: SettingModel): Fragment {
  const [options, items] = [selectOptions(setting), objectItems(setting)];
  if (items !== undefined) return `Readonly<Record<string, ${itemTypes[items]}>>`;
  return options.length > 0 ? unionOf(options) : valueType[setting.type];
}

/** A longer default is not written in a comment. */
const longestDefault = 60;

function shortDefault({ default: value, defaultFrom }: SettingModel): string | undefined {
  const text = value === undefined ? "" : valueInText(value);
  const written = text.length <= longestDefault ? text : "the default in the manifest";
  if (defaultFrom !== undefined) {
    return `Default: the environment variable \`${defaultFrom.name}\`${written === "" ? "" : `, else ${written}`}.`;
  }
  return text !== "" && text === written ? `Default: ${text}.` : undefined;
}

function settingMember(setting: SettingModel): Fragment {
  const doc = docblock([setting.label, setting.description, shortDefault(setting)], 2);
  const present = setting.default !== undefined || setting.required;
  const absent = present || setting.type === "unknown" ? "" : " | undefined";
  return code`${doc}  readonly ${propertyName(setting.key)}: ${settingType(setting)}${absent};\n`;
}

/** The file that declares a required value. If the value is missing, the runtime finds the line and names the place. */
function requiredPart({ required, at }: { readonly required: boolean; readonly at: Position }): string[] {
  return required ? [`required: ${stringLiteral(at.file)}`] : [];
}

function definition(setting: SettingModel): string {
  const { type, options, items, default: value, defaultFrom } = settingDefinition(setting);
  const parts = [
    `type: ${stringLiteral(type)}`,
    ...(options === undefined ? [] : [`options: ${valueLiteral(options)}`]),
    ...(items === undefined ? [] : [`items: ${stringLiteral(items)}`]),
    ...(value === undefined ? [] : [`default: ${valueLiteral(value, 2)}`]),
    ...(defaultFrom === undefined ? [] : [`defaultFrom: ${stringLiteral(defaultFrom)}`]),
    ...requiredPart(setting),
  ];
  return `  ${propertyEntry(setting.key, `{ ${parts.join(", ")} }`)},\n`;
}

function variableType({ type, properties }: TemplateVariable): Fragment {
  if (type !== "object" || properties.length === 0) return valueType[type];
  const members = properties.map((member, index) => {
    return code`${index === 0 ? "" : "; "}readonly ${propertyName(member.name)}: ${valueType[member.type]}`;
  });
  return code`{ ${members} }`;
}

function templates(settings: readonly SettingModel[]): Fragment {
  const members = settings
    .filter(({ variables }) => variables.length > 0)
    .map(({ key, variables }) => {
      const lines = variables.map(
        (variable) => code`    readonly ${propertyName(variable.name)}: ${variableType(variable)};\n`,
      );
      return code`  readonly ${propertyName(key)}: {\n${lines}  };\n`;
    });
  const doc = docblock(["The variables that each template setting can use, by setting key."]);
  return members.length === 0 ? "" : code`\n${doc}export interface TemplateVariables {\n${members}}\n`;
}

function secretUnion(secrets: readonly SecretModel[]): string {
  if (secrets.length === 0) return "export type SecretName = never;\n";
  const lines = secrets.map((secret) => `${docblock([secret.description], 2)}  | ${stringLiteral(secret.key)}\n`);
  return `export type SecretName =\n${lines.join("").trimEnd()};\n`;
}

function secretDefinition(secret: SecretModel): string {
  const parts = requiredPart(secret);
  return `  ${propertyName(secret.key)}: ${parts.length === 0 ? "{}" : `{ ${parts.join(", ")} }`},\n`;
}

/** A constant with one line for each entry. */
function constant(doc: string, name: string, type: Fragment, entries: readonly string[]): Fragment {
  const body = entries.length === 0 ? "{}" : `{\n${entries.join("")}}`;
  return code`\n${docblock([doc])}export const ${name}: ${type} = ${body};\n`;
}

/** Settings with their defaults, secret names, and the variables of templates. */
export function renderSettings(settings: readonly SettingModel[], secrets: readonly SecretModel[]): Fragment {
  const members = settings.map(settingMember);
  return [
    docblock(["The settings that the manifest declares, after conversion to their types."]),
    settings.length === 0
      ? code`export type Settings = ${codegen.NoMembers};\n`
      : ["export interface Settings {\n", members, "}\n"],
    "\n",
    docblock(["Name of a secret that the manifest declares. Read the secret with `context.secret(name)`."]),
    secretUnion(secrets),
    templates(settings),
    constant(
      "For the runtime: types and defaults of the settings, and the file that declares a required one.",
      "settingDefinitions",
      codegen.SettingDefinitions,
      settings.map(definition),
    ),
    constant(
      "For the runtime: the secrets that the manifest declares, and the file that declares a required one.",
      "secretDefinitions",
      codegen.SecretDefinitions,
      secrets.map(secretDefinition),
    ),
  ];
}
