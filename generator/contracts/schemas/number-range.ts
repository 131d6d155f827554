import { diagnose } from "../../diagnostics/diagnose.js";
import type { ManifestNode, Reporter } from "../../yaml/node.js";

/** Reports each number that JavaScript cannot hold: it would become `Infinity`, which is no type, or `null`. */
export function reportNumbersOutOfRange(
  node: ManifestNode,
  code: "KG703" | "KG709",
  report: Reporter,
  seen: Set<ManifestNode> = new Set(),
): void {
  if (seen.has(node)) return;
  seen.add(node);
  if (node.kind === "list") for (const item of node.items) reportNumbersOutOfRange(item, code, report, seen);
  if (node.kind === "map") {
    for (const { value } of node.entries.values()) reportNumbersOutOfRange(value, code, report, seen);
  }
  if (node.kind === "scalar" && typeof node.value === "number" && !Number.isFinite(node.value)) {
    const message = `\`${node.path}\` is \`${node.text}\`, which is outside the range of numbers`;
    report(diagnose(code, node.at, message, "write a number between -1.79e308 and 1.79e308"));
  }
}
