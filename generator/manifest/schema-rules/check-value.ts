import { didYouMean } from "../../base/did-you-mean.js";
import { anyOf, inWords } from "../../base/word-list.js";
import type { StageCode } from "../../diagnostics/codes.js";
import { diagnose } from "../../diagnostics/diagnose.js";
import {
  type ListNode,
  type ManifestNode,
  type MapNode,
  type Reporter,
  reportMissing,
  type ScalarNode,
  wrongKind,
} from "../../yaml/node.js";
import type { RuleType, ValueRule } from "./types.js";

const kinds = {
  array: "a list",
  boolean: "true or false",
  integer: "a whole number",
  number: "a number",
  object: "a map",
  string: "text",
} as const;

const typesOf = ({ type }: ValueRule): readonly RuleType[] | undefined => (typeof type === "string" ? [type] : type);

function isOfType(node: ManifestNode, type: RuleType): boolean {
  if (node.kind !== "scalar") return type === (node.kind === "map" ? "object" : "array");
  if (type === "integer") return Number.isInteger(node.value);
  if (type === "number") return Number.isFinite(node.value);
  return typeof node.value === type && node.value !== null;
}

/** In YAML, `1.0` and `true` are no text unless they stand in quotes. */
function typeHint(node: ManifestNode, { type, description, required = [] }: ValueRule): string | undefined {
  const isPlain = node.kind === "scalar" && node.value !== null;
  if (type === "string" && isPlain) return `write it in quotes: "${node.text}"`;
  if ((type === "integer" || type === "number") && isPlain) return "write it in digits, without quotes";
  if (type === "boolean" && isPlain) return "write it without quotes";
  if (type === "object" && required.length > 0)
    return `write a map with ${inWords(required.map((key) => `\`${key}\``))}`;
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
  const list = anyOf(words.map((word) => `\`${word}\``));
  const wanted = words.length > 8 ? "one of the known words" : list;
  if (node.kind !== "scalar" || node.value === null || node.text === "") {
    wrongKind(node, wanted, report);
    return;
  }
  const message = `\`${node.path}\` must be ${wanted}, found \`${node.text}\``;
  report(
    diagnose("KG213", node.at, message, didYouMean(node.text, words, wanted === list ? undefined : `use ${list}`)),
  );
}

function checkMap(node: MapNode, rule: ValueRule, report: Reporter): void {
  const { properties = {}, required = [], additionalProperties, minProperties = 0 } = rule;
  for (const key of required) {
    if (!node.entries.has(key)) reportMissing(node, key, report, properties[key]?.description);
  }
  if (node.entries.size < minProperties) {
    const message = `\`${node.path}\` must have at least ${countOf(minProperties, "key")}`;
    report(diagnose("KG216", node.at, message, rule.description));
  }
  for (const [key, { value }] of node.entries) {
    const inner = Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
    if (inner !== undefined) checkValue(value, inner, report);
  }
}

function checkList(node: ListNode, { items, minItems = 0, description }: ValueRule, report: Reporter): void {
  if (node.items.length < minItems) {
    const message = `\`${node.path}\` must have at least ${countOf(minItems, "item")}`;
    report(diagnose("KG216", node.at, message, description));
  }
  if (items !== undefined) for (const item of node.items) checkValue(item, items, report);
}

function checkNumber(node: ScalarNode, value: number, rule: ValueRule, report: Reporter): void {
  const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = rule;
  const tell = (limit: string): void =>
    report(diagnose("KG217", node.at, `\`${node.path}\` must be ${limit}, found ${node.text}`));
  if (value < minimum) tell(`at least ${minimum}`);
  else if (value > maximum) tell(`at most ${maximum}`);
}

function checkContent(node: ManifestNode, rule: ValueRule, report: Reporter): void {
  if (node.kind === "map") checkMap(node, rule, report);
  else if (node.kind === "list") checkList(node, rule, report);
  else if (typeof node.value === "string") checkText(node.value, node, rule, report);
  else if (typeof node.value === "number") checkNumber(node, node.value, rule, report);
  for (const part of rule.allOf ?? []) checkValue(node, part, report);
  const branch = rule.if && (isOfType(node, rule.if.type) ? rule.then : rule.else);
  if (branch !== undefined) checkValue(node, branch, report);
}

/** Reports everything in a value that its rule refuses, each mistake where it stands. Keys without a rule pass. */
export function checkValue(node: ManifestNode, rule: ValueRule, report: Reporter): void {
  const words = rule.enum ?? (rule.const === undefined ? undefined : [rule.const]);
  const types = typesOf(rule);
  if (words !== undefined) checkWord(node, words, report);
  else if (types !== undefined && !types.some((type) => isOfType(node, type))) {
    wrongKind(node, anyOf(types.map((type) => kinds[type])), report, typeHint(node, rule));
  } else checkContent(node, rule, report);
}
