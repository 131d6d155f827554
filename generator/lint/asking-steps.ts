import { didYouMean } from "../base/did-you-mean.js";
import { child } from "../yaml/node.js";
import { isTruthy, listIn, textOf } from "./context.js";
import { declaredKeys } from "./fields.js";
import type { Rule } from "./rule.js";
import { stepsOfKind, wizardFields } from "./wizard-fields.js";

/** Reports steps of this kind that ask for nothing. */
export function checkAsks(kind: string): Rule["check"] {
  return (context, report) => {
    for (const { at, body } of stepsOfKind(context, kind)) {
      if (isTruthy(child(body, "fields")) || isTruthy(child(body, "collect"))) continue;
      const hint = "list configuration keys under `collect`, or write `fields`";
      report(at, `the ${kind} step asks for nothing`, hint);
    }
  };
}

/** Reports fields of these steps that have no key. */
export function checkKeys(kind: string): Rule["check"] {
  return (context, report) => {
    for (const field of wizardFields(context, kind)) {
      if (isTruthy(child(field, "key"))) continue;
      report(field.at, `a field of the ${kind} step has no \`key\``, "write the key under which the value is stored");
    }
  };
}

/** Reports keys under `collect` that are not in the configuration. */
export function checkCollect(kind: string): Rule["check"] {
  return (context, report) => {
    const { configuration, secrets } = declaredKeys(context);
    for (const item of stepsOfKind(context, kind).flatMap(({ body }) => listIn(body, "collect"))) {
      const key = textOf(item);
      if (key === undefined || configuration.has(key)) continue;
      const hint = secrets.has(key)
        ? "it is declared under `secrets`, where the platform's linter does not look; list it under `fields`"
        : didYouMean(key, configuration, "declare it under `configuration`");
      report(item.at, `\`${key}\` is not in \`extension.configuration\``, hint);
    }
  };
}
