import { anyOf, isOneOf } from "../base/word-list.js";
import { diagnose } from "../diagnostics/diagnose.js";
import { child, type MapNode, type Reporter, textAt } from "../yaml/node.js";

// (fact 539)
const types = ["copyable", "url", "code", "badge", "status"] as const;

function checkField(field: MapNode, report: Reporter): void {
  textAt(field, "label", report);
  const type = textAt(field, "type", report);
  if (type === undefined || isOneOf(types, type)) return;
  const at = child(field, "type")?.at ?? field.at;
  report(diagnose("O5", at, `unknown output field type \`${type}\``, `use ${anyOf(types)}`));
}

/** Checks `output_fields: {key: {label, type, …}}`; the default type is copyable. No generated type depends on them. */
export function checkOutputFields(owner: MapNode | undefined, report: Reporter): void {
  const node = child(owner, "output_fields");
  if (node === undefined) return;
  if (node.kind !== "map") {
    report(diagnose("O1", node.at, `\`${node.path}\` must be a map`, "write `output_fields: {key: {label: …}}`"));
    return;
  }
  for (const [key, { value }] of node.entries) {
    if (value.kind === "map") checkField(value, report);
    else report(diagnose("O3", value.at, `the output field \`${key}\` must be a map`, "write a map with a `label`"));
  }
}
