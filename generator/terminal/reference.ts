import type { ReferenceKey, ReferencePart } from "../contracts/manifest-reference.js";
import { yamlText } from "../yaml/style.js";
import type { Style } from "./report.js";
import { wrap } from "./wrap.js";

const width = 100;
const indent = "      ";
/** A longer list of names is shown by a command of its own. */
const mostNames = 40;

function inline(values: readonly unknown[]): string {
  return values.map((value) => JSON.stringify(value)).join(", ");
}

function keyLines(
  { path, type, required, description, values, examples, ...rest }: ReferenceKey,
  style: Style,
): string {
  const traits = [
    type,
    ...(required ? ["required"] : []),
    ...("default" in rest ? [`default ${JSON.stringify(rest.default)}`] : []),
  ].join(", ");
  const [example] = examples;
  const below = [
    description,
    ...(values.length === 0 ? [] : [`One of ${inline(values)}.`]),
    ...(example === undefined || typeof example === "object" ? [] : [`Example: ${JSON.stringify(example)}`]),
  ];
  const texts = below.map((text) => `${indent}${wrap(text, width - indent.length, indent)}`);
  return [`  ${style.bold(path)}  ${style.dim(traits)}`, ...texts].join("\n");
}

function nameLines(names: ReferencePart["names"]): readonly string[] {
  if (names.length > mostNames) return [`  ${names.length} names are documented: kiket-gen events lists them.`];
  const margin = Math.max(...names.map(({ name }) => name.length)) + 4;
  return names.map(({ name, description }) => {
    const text = wrap(description, width - margin, " ".repeat(margin));
    return `  ${name.padEnd(margin - 2)}${text}`;
  });
}

function isSame(a: ReferencePart, b: ReferencePart): boolean {
  return JSON.stringify([a.type, a.keys, a.names]) === JSON.stringify([b.type, b.keys, b.names]);
}

/** One part of the manifest: its keys, the known names and a sample. `same`: other places in the same form. */
function formatPart(part: ReferencePart, same: readonly ReferencePart[], style: Style): string {
  const { path, format, type, description, keys, names, sample } = part;
  const others = same.map((other) => `\`${other.path}\` (${other.format})`).join(", ");
  const head = `${style.bold(path)}  ${style.dim(`${type}, format ${format}`)}`;
  const text = [
    [head, wrap(description, width), ...(others === "" ? [] : [wrap(`In the same form: ${others}.`, width)])].join(
      "\n",
    ),
    ...(keys.length === 0 ? [] : [keys.map((key) => keyLines(key, style)).join("\n")]),
    ...(names.length === 0 ? [] : [nameLines(names).join("\n")]),
    ...(sample === undefined
      ? []
      : [
          `Sample:\n\n${yamlText(sample)
            .replace(/^(?=.)/gm, "    ")
            .trimEnd()}`,
        ]),
  ];
  return `${text.join("\n\n")}\n`;
}

/** The reference of a topic as text: each form once, with the places that have it. */
export function formatReference(parts: readonly ReferencePart[], style: Style): string {
  const forms = parts.filter((part, index) => parts.findIndex((other) => isSame(part, other)) === index);
  const texts = forms.map((form, index) => {
    const same = parts.filter((other) => other !== form && isSame(form, other));
    const isShown = forms.slice(0, index).some(({ names }) => JSON.stringify(names) === JSON.stringify(form.names));
    return formatPart(isShown ? { ...form, names: [] } : form, same, style);
  });
  return texts.join("\n\n");
}
