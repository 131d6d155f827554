import { didYouMean } from "../../base/did-you-mean.js";
import { anyOf } from "../../base/word-list.js";
import type { StageCode } from "../../diagnostics/codes.js";
import { diagnose } from "../../diagnostics/diagnose.js";
import { type ManifestNode, type MapNode, type Reporter, reportMissing, wrongKind } from "../../yaml/node.js";
import type { ValueRule } from "./types.js";

const kinds = { array: "a list", integer: "a whole number", object: "a map", string: "text" } as const;

function isOfType(node: ManifestNode, type: keyof typeof kinds): boolean {
  if (node.kind !== "scalar") return type === (node.kind === "map" ? "object" : "array");
  return type === "string" ? typeof node.value === "string" : type === "integer" && Number.isInteger(node.value);
}

/** In YAML, `1.0` and `true` are no text unless they stand in quotes. */
function typeHint(node: ManifestNode, { type, description }: ValueRule): string | undefined {
  const isPlain = node.kind === "scalar" && node.value !== null;
  if (type === "string" && isPlain) return `write it in quotes: "${node.text}"`;
  if (type === "integer" && isPlain) return "write it in digits, without quotes";
  return description;
}

function countOf(number: number, noun: string): string {
  return number === 1 ? `one ${noun}` : `${number} ${noun}s`;
}

function checkText(value: string, node: ManifestNode, rule: ValueRule, report: Reporter): void {
  const { description, minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern } = rule;
  const tell = (code: StageCode, problem: string): void =>
    report(diagnose(code, node.at, `\`${node.path}\` ${problem}`, description));
  if (value.length < minLength) tell("KG214", `must have at least ${countOf(minLength, "character")}`);
  else if (value.length > maxLength) {
    tell("KG214", `must have at most ${countOf(maxLength, "character")}, found ${value.length}`);
  } else if (pattern !== undefined && !new RegExp(pattern, "u").test(value)) {
    tell("KG215", `must match \`${pattern}\`, found \`${value}\``);
  }
}

function checkWord(node: ManifestNode, words: readonly string[], report: Reporter): void {
  if (node.kind === "scalar" && typeof node.value === "string" && words.includes(node.value)) return;
  const wanted = anyOf(words.map((word) => `\`${word}\``));
  if (node.kind !== "scalar" || node.value === null || node.text === "") {
    wrongKind(node, wanted, report);
    return;
  }
  const message = `\`${node.path}\` must be ${wanted}, found \`${node.text}\``;
  report(diagnose("KG213", node.at, message, didYouMean(node.text, words)));
}

function checkMap(node: MapNode, { properties = {}, required = [] }: ValueRule, report: Reporter): void {
  for (const key of required) {
    if (!node.entries.has(key)) reportMissing(node, key, report, properties[key]?.description);
  }
  for (const [key, { value }] of node.entries) {
    const rule = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (rule !== undefined) checkValue(value, rule, report);
  }
}

function checkContent(node: ManifestNode, rule: ValueRule, report: Reporter): void {
  const { items, minItems = 0, minimum = Number.NEGATIVE_INFINITY } = rule;
  if (node.kind === "map") checkMap(node, rule, report);
  else if (node.kind === "list") {
    if (node.items.length < minItems) {
      const message = `\`${node.path}\` must have at least ${countOf(minItems, "item")}`;
      report(diagnose("KG216", node.at, message, rule.description));
    }
    if (items !== undefined) for (const item of node.items) checkValue(item, items, report);
  } else if (typeof node.value === "string") checkText(node.value, node, rule, report);
  else if (typeof node.value === "number" && node.value < minimum) {
    report(diagnose("KG217", node.at, `\`${node.path}\` must be at least ${minimum}, found ${node.text}`));
  }
}

/** Reports everything in a value that its rule refuses, each mistake where it stands. Keys without a rule pass. */
export function checkValue(node: ManifestNode, rule: ValueRule, report: Reporter): void {
  const words = rule.enum ?? (rule.const === undefined ? undefined : [rule.const]);
  if (words !== undefined) checkWord(node, words, report);
  else if (rule.type !== undefined && !isOfType(node, rule.type)) {
    wrongKind(node, kinds[rule.type], report, typeHint(node, rule));
  } else checkContent(node, rule, report);
}
