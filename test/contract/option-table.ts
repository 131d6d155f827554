import { readFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";
import { root } from "../support/project.js";

/** One option, as its interface declares and explains it. */
export interface Option {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  /** Variables of the environment that its comment names. */
  readonly variables: readonly string[];
  /** The sentence of its comment that begins with "Default", without that word. */
  readonly fallback: string;
  /** The other sentences. */
  readonly text: string;
}

/** An interface, by its file in the repository. */
export type Place = readonly [file: string, name: string];

const variable = /`([A-Z][A-Z0-9]*_[A-Z0-9_]*(?:<KEY>)?|PORT|HOST)`/g;

function commentOf(node: ts.Node): string {
  const [comment] = ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  return (ts.getTextOfJSDocComment(comment?.comment) ?? "").replace(/\s+/g, " ").trim();
}

function optionOf(member: ts.PropertySignature, source: ts.SourceFile): Option {
  const sentences = commentOf(member).split(/(?<=\.) (?=[A-Z`"])/);
  const isDefault = (sentence: string) => /^Default\b/.test(sentence);
  return {
    name: member.name.getText(source),
    type: (member.type?.getText(source) ?? "unknown").replace(/\s+/g, " ").replace(/ \| undefined$/, ""),
    isRequired: member.questionToken === undefined,
    variables: [...new Set([...sentences.join(" ").matchAll(variable)].map(([, name]) => name ?? ""))],
    fallback: sentences
      .filter(isDefault)
      .map((sentence) => sentence.replace(/^Default:? /, "").replace(/\.$/, ""))
      .join(" "),
    text: sentences.filter((sentence) => !isDefault(sentence)).join(" "),
  };
}

/** The options that an interface declares itself, in its order. */
export async function optionsOf([file, name]: Place): Promise<readonly Option[]> {
  const source = ts.createSourceFile(file, await readFile(join(root, file), "utf8"), ts.ScriptTarget.Latest, true);
  const found = source.statements.filter(ts.isInterfaceDeclaration).find((one) => one.name.text === name);
  if (found === undefined) throw new Error(`${file} has no interface ${name}`);
  return found.members.filter(ts.isPropertySignature).map((member) => optionOf(member, source));
}

const cell = (text: string): string => text.replaceAll("|", "\\|");

/** A table of options. It has a column for variables if one of them has any. */
export function optionTable(options: readonly Option[]): string {
  const hasVariables = options.some(({ variables }) => variables.length > 0);
  const line = (cells: readonly (string | undefined)[]) =>
    `| ${cells.filter((one) => one !== undefined).join(" | ")} |\n`;
  const rows = options.map(({ name, type, isRequired, variables, fallback, text }) =>
    line([
      `\`${name}\``,
      `\`${cell(type)}\``,
      isRequired ? "required" : cell(fallback),
      hasVariables ? variables.map((one) => `\`${one}\``).join(", ") : undefined,
      cell(text),
    ]),
  );
  const environment = hasVariables ? "environment" : undefined;
  const head = line(["option", "type", "default", environment, "what it does"]);
  const rule = line(["---", "---", "---", hasVariables ? "---" : undefined, "---"]);
  return head + rule + rows.join("");
}
