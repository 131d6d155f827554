import jsTokens from "js-tokens";
import { stubCalls } from "./stub-mark.js";

const separators: ReadonlySet<string> = new Set([
  "WhiteSpace",
  "LineTerminatorSequence",
  "SingleLineComment",
  "MultiLineComment",
]);

/** Punctuators and names, each with a space after it. What is in quotes, and numbers, cannot be taken for code. */
function skeletonOf(source: string): string {
  return [...jsTokens(source)]
    .filter(({ type }) => !separators.has(type))
    .map(({ type, value }) => (type === "Punctuator" || type === "IdentifierName" ? `${value} ` : "0 "))
    .join("");
}

const name = "[\\w$\\u0080-\\uffff]+";
/** Parameters or arguments: without parentheses of their own. */
const list = "\\( [^()]*\\) ";
const type = "(?:: [^=;()]*)?";
const owner = `(?:${name} \\. )?`;

function escaped(text: string): string {
  return text.replaceAll("$", "\\$");
}

function oneOf(functions: readonly string[]): string {
  return `(?:${functions.map(escaped).join("|")})`;
}

/** An expression that only calls one of the functions. */
function callOf(functions: readonly string[]): string {
  return `(?:(?:await|void) )?${owner}${oneOf(functions)} ${list}`;
}

/** A definition that was not changed but in its formatting, types, names and options. Older stubs were async, with options and a block. */
function definition(functions: readonly string[]): string {
  const call = callOf(functions);
  const block = `\\{ (?:(?:return|throw) )?${call}(?:; )?\\} `;
  const parameters = `(?:${list}${type}|${name} )`;
  const arrow = `(?:async )?${parameters}=> (?:${call}|\\( ${call}\\) |${block})`;
  const plain = `(?:async )?function (?:${name} )?${list}${type}${block}`;
  const before = "(?:\\{ [^{}]*\\} , |0 , )?";
  return `${owner}${name} (?:< [^()]*> )?\\( ${before}(?:${arrow}|${plain}|${owner}${oneOf(functions)} )(?:, )?\\) `;
}

/** The names that a file has for the functions of a stub: `import { notImplemented as todo }`. */
function namesIn(skeleton: string): string[] {
  const renamed = [...skeleton.matchAll(new RegExp(`(?:${stubCalls.join("|")}) as (${name}) `, "g"))];
  return [...stubCalls, ...renamed.flatMap(([, own]) => own ?? [])];
}

/** Whether a handler's or normaliser's default export does nothing but say that it is not filled, however it is formatted. */
export function isUnfilled(source: string): boolean {
  const skeleton = skeletonOf(source);
  const stub = definition(namesIn(skeleton));
  if (new RegExp(`(?:^| )export default ${stub}`).test(skeleton)) return true;
  const exported = `export (?:default (${name}) (?![(.=])|\\{ (?:[^{}]*, )?(${name}) as default )`;
  const [, direct, listed] = new RegExp(`(?:^| )${exported}`).exec(skeleton) ?? [];
  const own = direct ?? listed;
  return own !== undefined && new RegExp(`(?:^| )(?:const|let|var) ${escaped(own)} ${type}= ${stub}`).test(skeleton);
}
