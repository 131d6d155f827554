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
  explanation: "A configure step needs `collect` (keys of the configuration) or `fields`.",
  check: checkAsks("configure"),
};

export const settingWithoutKey: Rule = {
  code: "S9",
  severity: "error",
  title: "configure field without key",
  explanation: "Each field of a configure step needs the key under which its value is kept.",
  check: checkKeys("configure"),
};

export const conditionOnOtherStep: Rule = {
  code: "S10",
  severity: "warning",
  title: "condition on a field of another step",
  explanation:
    "`showWhen.field` must be the key of a field in the same step; others are not known when the step is shown.",
  check(context, report) {
    for (const { body } of stepsOfKind(context, "configure")) {
      const fields = mapsIn(body, "fields");
      const keys = new Set(fields.flatMap((field) => textIn(field, "key") ?? []));
      for (const field of fields) {
        const other = child(mapIn(field, "showWhen"), "field");
        if (!isTruthy(other) || keys.has(textOf(other) ?? "")) continue;
        const message = `\`showWhen.field\` names \`${textOf(other) ?? other.kind}\`, which this step does not ask for`;
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
  explanation: "A field of type select needs `options`, a list of `{value, label}`.",
  check(context, report) {
    for (const field of wizardFields(context, "configure")) {
      if (textIn(field, "type") !== "select" || hasOptions(field)) continue;
      report(placeOf(field, "type"), "a select needs `options`", "write `options: [{value: …, label: …}]`");
    }
  },
};

/** Their options are those of the project at run time. */
const dynamicTypes: ReadonlySet<string> = new Set(["issue_type", "workflow_status", "board", "priority", "project"]);

export const ignoredOptions: Rule = {
  code: "S12",
  severity: "warning",
  title: "options that are ignored",
  explanation:
    "Fields of type issue_type, workflow_status, board, priority and project get their options from the project at run time; written ones are ignored.",
  check(context, report) {
    for (const field of wizardFields(context, "configure")) {
      const type = textIn(field, "type") ?? "";
      if (!dynamicTypes.has(type) || !hasOptions(field)) continue;
      const hint = "remove them, or use the type select";
      report(placeOf(field, "options"), `the options of a \`${type}\` are ignored`, hint);
    }
  },
};

export const undeclaredSetting: Rule = {
  code: "S13",
  severity: "warning",
  title: "configure step collects an undeclared key",
  explanation: "`collect` names a key that `extension.configuration` lacks.",
  check: checkCollect("configure"),
};
