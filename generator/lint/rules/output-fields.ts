import { diagnose } from "../../diagnostics/diagnose.js";
import type { Position } from "../../model/model.js";
import { child, type MapNode, type Report } from "../../yaml/node.js";
import { isTruthy, mapIn, type Rule, textOf } from "../context.js";

function checkField(key: string, keyAt: Position, field: MapNode, report: Report): void {
  if (!isTruthy(child(field, "label"))) {
    report(
      diagnose("O4", keyAt, `the output field \`${key}\` has no \`label\``, "write what people see above the value"),
    );
  }
  const icon = child(field, "icon");
  if (isTruthy(icon) && !/^[a-z0-9-]+$/m.test(textOf(icon) ?? "")) {
    const message = `\`${textOf(icon) ?? icon.kind}\` is no icon name`;
    report(diagnose("O6", icon.at, message, "use lower-case letters, digits and hyphens"));
  }
  const help = child(field, "help_url");
  if (isTruthy(help) && !/^https?:\/\//.test(textOf(help) ?? "")) {
    const message = `\`${textOf(help) ?? help.kind}\` is no web address`;
    report(diagnose("O7", help.at, message, "begin with https://"));
  }
}

/** O2, O4, O6 and O7; the parser finds O1, O3 and O5. */
export const checkOutputFields: Rule = ({ places }, report) => {
  for (const place of places) {
    for (const [key, { keyAt, value }] of mapIn(place, "output_fields")?.entries ?? []) {
      if (!/^[a-z][a-z0-9_]*$/m.test(key)) {
        const hint = "use lower-case letters, digits and underscores, and begin with a letter";
        report(diagnose("O2", keyAt, `\`${key}\` is no key for an output field`, hint));
      }
      if (value.kind === "map") checkField(key, keyAt, value, report);
    }
  }
};
