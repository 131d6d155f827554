import { anyOf, isOneOf } from "../base/word-list.js";
import { diagnose } from "../diagnostics/diagnose.js";
import type { OutputFieldModel } from "../model/model.js";
import { child, type MapNode, type Report, textAt } from "../yaml/node.js";

type OutputType = OutputFieldModel["type"];

const types = ["copyable", "url", "code", "badge", "status"] as const satisfies readonly OutputType[];

function readType(field: MapNode, report: Report): OutputType {
  const name = textAt(field, "type", report) ?? "copyable";
  if (isOneOf(types, name)) return name;
  const at = child(field, "type")?.at ?? field.at;
  report(diagnose("O5", at, `\`${name}\` is no output field type`, `use ${anyOf(types)}`));
  return "copyable";
}

/** `output_fields: {key: {label, type, …}}`; a type that is not given is copyable (manifest-and-events §1.2). */
export function readOutputFields(owner: MapNode | undefined, report: Report): OutputFieldModel[] {
  const node = child(owner, "output_fields");
  if (node === undefined) return [];
  if (node.kind !== "map") {
    report(diagnose("O1", node.at, `\`${node.path}\` must be a map`, "write `output_fields: {key: {label: …}}`"));
    return [];
  }
  return [...node.entries].flatMap(([key, { keyAt, value }]) => {
    if (value.kind === "map") return [{ key, label: textAt(value, "label", report), type: readType(value, report) }];
    report(diagnose("O3", keyAt, `the output field \`${key}\` must be a map`, "give it a `label`"));
    return [];
  });
}
