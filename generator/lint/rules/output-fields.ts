import type { Position } from "../../model/model.js";
import { child, type ManifestNode, type MapNode } from "../../yaml/node.js";
import { isTruthy, type LintContext, mapIn, textOf } from "../context.js";
import type { Rule } from "../rule.js";

interface OutputField {
  readonly key: string;
  readonly at: Position;
  /** `undefined` if the field is not a map. */
  readonly map: MapNode | undefined;
}

function outputFields({ places }: LintContext): readonly OutputField[] {
  return places.flatMap((place) =>
    [...(mapIn(place, "output_fields")?.entries ?? [])].map(([key, { keyAt, value }]) => {
      return { key, at: keyAt, map: value.kind === "map" ? value : undefined };
    }),
  );
}

/** The values that the fields have for a key. */
function valuesOf(context: LintContext, key: string): readonly ManifestNode[] {
  return outputFields(context)
    .map(({ map }) => child(map, key))
    .filter(isTruthy);
}

export const unusualKey: Rule = {
  code: "O2",
  severity: "error",
  title: "invalid output field key",
  explanation:
    "The key of an output field must match `^[a-z][a-z0-9_]*$`: first a lower-case letter, then lower-case letters, digits and underscores.",
  check(context, report) {
    for (const { key, at } of outputFields(context)) {
      if (/^[a-z][a-z0-9_]*$/m.test(key)) continue;
      const hint = "use lower-case letters, digits and underscores, and start with a letter";
      report(at, `invalid output field key \`${key}\``, hint);
    }
  },
};

export const noLabel: Rule = {
  code: "O4",
  severity: "warning",
  title: "output field without label",
  explanation: "People see the label above the value. Write a `label` for each field.",
  check(context, report) {
    for (const { key, at, map } of outputFields(context)) {
      if (map === undefined || isTruthy(child(map, "label"))) continue;
      report(at, `the output field \`${key}\` has no \`label\``, "write the text that people see above the value");
    }
  },
};

export const unusualIcon: Rule = {
  code: "O6",
  severity: "warning",
  title: "invalid icon name",
  explanation:
    "The icon of an output field must be a name of lower-case letters, digits and hyphens, such as `envelope`.",
  check(context, report) {
    for (const icon of valuesOf(context, "icon")) {
      if (/^[a-z0-9-]+$/m.test(textOf(icon) ?? "")) continue;
      const message = `invalid icon name \`${textOf(icon) ?? icon.kind}\``;
      report(icon.at, message, "use lower-case letters, digits and hyphens");
    }
  },
};

export const helpNotAddress: Rule = {
  code: "O7",
  severity: "error",
  title: "`help_url` is not a web address",
  explanation: "The `help_url` of an output field must start with `http://` or `https://`.",
  check(context, report) {
    for (const help of valuesOf(context, "help_url")) {
      if (/^https?:\/\//.test(textOf(help) ?? "")) continue;
      report(help.at, `\`${textOf(help) ?? help.kind}\` is not a web address`, "start with https://");
    }
  },
};
