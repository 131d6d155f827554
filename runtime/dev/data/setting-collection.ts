import { type JsonObject, member } from "../../base/json.js";
import type { DataColumn } from "../../platform/inspector/data-view.js";
import { RequestProblem } from "../../platform/inspector/request-problem.js";
import { expectation, type SettingDefinition, settingInEnvironment, settingVariables } from "../../values/settings.js";
import type { DevSetting } from "../options.js";
import { type Collection, type CollectionInputs, gone, unfit } from "./collection.js";
import { objectionToValue } from "./page-variables.js";
import { environmentOf, setHere, sourceOf, type VariableSources } from "./value-sources.js";

const columns: readonly DataColumn[] = [
  { name: "setting", type: "string", isSet: "by Kiket" },
  { name: "value", type: "text", isRequired: true },
  { name: "from", type: "string", isSet: "by Kiket" },
  { name: "type", type: "string", isSet: "by Kiket" },
  { name: "default", type: "text", isSet: "by Kiket" },
  { name: "description", type: "text", isSet: "by Kiket" },
];

function textOf(value: unknown): string | null {
  if (value === undefined) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function typeWords({ type, options, required }: SettingDefinition): string {
  const words = options === undefined ? type : options.map((option) => JSON.stringify(option)).join(" or ");
  return required === undefined ? words : `${words}, required`;
}

/** What a setting is, by the rule of the runtime. What the program passes to `createExtension`, and what a delivery has, is not known here. */
function foundValue(setting: DevSetting, sources: VariableSources): { readonly value: unknown; readonly from: string } {
  const environment = environmentOf(settingVariables(setting.key, setting), sources);
  const ignored: string[] = [];
  const found = settingInEnvironment(setting.key, setting, environment, (name) => ignored.push(name));
  const why = ignored.length === 0 ? "" : ` (${ignored.join(", ")} ${expectation(setting)})`;
  if (found !== undefined) {
    const from = sourceOf(found.variable, sources)?.from ?? "";
    const name = found.variable === setting.key ? "" : `: ${found.variable}`;
    return { value: found.value, from: from + name + why };
  }
  if (setting.default !== undefined) return { value: setting.default, from: `manifest${why}` };
  return { value: undefined, from: `nothing${why}` };
}

function rowOf(setting: DevSetting, sources: VariableSources): JsonObject {
  const { value, from } = foundValue(setting, sources);
  return {
    setting: setting.key,
    value: textOf(value),
    from,
    type: typeWords(setting),
    default: textOf(setting.default),
    description: setting.description ?? null,
  };
}

/** The settings of the manifest, with the value that the extension has. `isSettable`: whether a reader can set variables. */
export function settingCollection(
  settings: readonly DevSetting[],
  variable: VariableSources["variable"],
  isSettable: boolean,
  { seed, variables }: CollectionInputs,
): Collection {
  const sources: VariableSources = { set: variables, variable };
  const named = (key: string): DevSetting => {
    const setting = settings.find((one) => one.key === key);
    if (setting === undefined) throw gone();
    return setting;
  };
  const change: Collection["change"] = (key, values) => {
    const setting = named(key);
    const [other] = Object.keys(values).filter((name) => name !== "value");
    if (other !== undefined) throw unfit([{ column: other, message: "cannot be changed" }]);
    const text = member(values, "value");
    const message = objectionToValue(setting, text);
    if (message !== undefined) throw unfit([{ column: "value", message }]);
    return { seed, variables: Object.fromEntries([...Object.entries(variables), [key, String(text)]]), key };
  };
  const remove: Collection["remove"] = (key) => {
    named(key);
    if (!Object.hasOwn(variables, key)) {
      throw new RequestProblem(422, `${key} has no value of this page`, `Only a value from "${setHere}" can be unset.`);
    }
    return { seed, variables: Object.fromEntries(Object.entries(variables).filter(([name]) => name !== key)), key };
  };
  return {
    about: {
      id: "settings",
      title: "Settings",
      group: "Configuration",
      note: "What the manifest declares, with the value that a handler gets. A value that is set here counts before .env and your environment, and starts the extension again. Values that the program passes to createExtension, or that a delivery has, come before all of these.",
      columns,
      removal: "Unset",
    },
    rows: settings.map((setting) => ({ key: setting.key, values: rowOf(setting, sources) })),
    ...(isSettable ? { change, remove } : {}),
  };
}
