import { didYouMean } from "../../base/did-you-mean.js";
import { child, type MapNode } from "../../yaml/node.js";
import { checkAsks, checkCollect, checkKeys } from "../asking-steps.js";
import { isTruthy, listIn, mapIn, mapsIn, placeOf, textIn, textOf } from "../context.js";
import type { Rule } from "../rule.js";
import { stepsOfKind, wizardFields } from "../wizard-fields.js";

export const emptyConfigureStep: Rule = {
  code: "S8",
  severity: "warning",
  title: "configure step asks for nothing",
  explanation:
    "A configure step must ask for a setting. List keys of the configuration under `collect`, or write `fields`.",
  check: checkAsks("configure"),
};

export const settingWithoutKey: Rule = {
  code: "S9",
  severity: "error",
  title: "configure field without key",
  explanation: "Each field of a configure step needs a `key`. The value is stored under this key.",
  check: checkKeys("configure"),
};

export const conditionOnOtherStep: Rule = {
  code: "S10",
  severity: "warning",
  title: "condition on a field of another step",
  explanation:
    "`showWhen.field` must be the key of a field in the same step. The fields of other steps are not known when the step is shown. Use a field of this step.",
  check(context, report) {
    for (const { body } of stepsOfKind(context, "configure")) {
      const fields = mapsIn(body, "fields");
      const keys = new Set(fields.flatMap((field) => textIn(field, "key") ?? []));
      for (const field of fields) {
        const other = child(mapIn(field, "showWhen"), "field");
        if (!isTruthy(other) || keys.has(textOf(other) ?? "")) continue;
        const message = `\`showWhen.field\` names \`${textOf(other) ?? other.kind}\`, which is not a field of this step`;
        report(other.at, message, didYouMean(textOf(other) ?? "", keys));
      }
    }
  },
};

function hasOptions(field: MapNode): boolean {
  return listIn(field, "options").length > 0;
}

export const selectWithoutOptions: Rule = {
  code: "S11",
  severity: "error",
  title: "select without options",
  explanation: "A field of the type select needs `options`, a list of `{value, label}`.",
  check(context, report) {
    for (const field of wizardFields(context, "configure")) {
      if (textIn(field, "type") !== "select" || hasOptions(field)) continue;
      report(placeOf(field, "type"), "a select field needs `options`", "write `options: [{value: …, label: …}]`");
    }
  },
};

/** Types whose options come from the project at run time. */
const dynamicTypes: ReadonlySet<string> = new Set(["issue_type", "workflow_status", "board", "priority", "project"]);

export const ignoredOptions: Rule = {
  code: "S12",
  severity: "warning",
  title: "ignored options",
  explanation:
    "Fields of the types issue_type, workflow_status, board, priority and project get their options from the project at run time. Options in the manifest are ignored. Remove them, or use the type select.",
  check(context, report) {
    for (const field of wizardFields(context, "configure")) {
      const type = textIn(field, "type") ?? "";
      if (!dynamicTypes.has(type) || !hasOptions(field)) continue;
      const hint = "remove them, or use the type select";
      report(placeOf(field, "options"), `the options of a \`${type}\` field are ignored`, hint);
    }
  },
};

export const undeclaredSetting: Rule = {
  code: "S13",
  severity: "warning",
  title: "configure step collects an undeclared key",
  explanation: "`collect` names a key that is not in `extension.configuration`. Declare it there, or correct the name.",
  check: checkCollect("configure"),
};
