import { diagnose } from "../../diagnostics/diagnose.js";
import { child } from "../../yaml/node.js";
import { listIn, mapIn, type Rule, textIn, textOf } from "../context.js";
import { configurationFields } from "../fields.js";
import { hooksOf } from "./hooks.js";

/** Dotted paths that the tags of a Liquid or Handlebars template mention. */
function mentioned(template: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [tag] of template.matchAll(/\{\{[^{}]*\}\}|\{%[^%]*%\}/g)) {
    const code = tag.replace(/\[\s*["'](\w+)["']\s*\]/g, ".$1").replace(/"[^"]*"|'[^']*'/g, " ");
    for (const [path] of code.matchAll(/[A-Za-z_]\w*(?:\.\w+)*/g)) found.add(path);
  }
  return found;
}

/** `issue.title.size` prints `issue.title`. */
function prints(paths: ReadonlySet<string>, variable: string): boolean {
  return paths.has(variable) || [...paths].some((path) => path.startsWith(`${variable}.`));
}

/** KG808: the default template passes its own validation. */
export const checkRequiredVariables: Rule = (subject, report) => {
  for (const { key, node } of configurationFields(subject)) {
    const required = listIn(mapIn(node, "validation"), "required_variables");
    const template = textOf(child(node, "default"));
    if (required.length === 0 || template === undefined) continue;
    const paths = mentioned(template);
    for (const item of required) {
      const variable = textOf(item);
      if (variable === undefined || prints(paths, variable)) continue;
      const message = `the default of \`${key}\` never prints \`${variable}\`, which it requires`;
      report(diagnose("KG808", item.at, message, `print it (\`{{ ${variable} }}\`), or require it no longer`));
    }
  }
};

/** KG825: the template of a `case.*` event speaks of cases, and that of an `issue.*` event of issues. */
export const checkTemplateVocabulary: Rule = (subject, report) => {
  const fields = new Map(configurationFields(subject).map((field) => [field.key, field.node]));
  for (const { event, template, templateNode } of hooksOf(subject)) {
    const own = /^(issue|case)\./.exec(event)?.[1];
    const text = textIn(fields.get(template ?? ""), "default");
    if (own === undefined || text === undefined || templateNode === undefined) continue;
    const other = own === "case" ? "issue" : "case";
    const paths = mentioned(text);
    if (!prints(paths, other) || prints(paths, own)) continue;
    const message = `\`${template}\` prints \`${other}\`, but the payload of \`${event}\` holds \`${own}\``;
    report(diagnose("KG825", templateNode.at, message, `write \`${own}\` in the template`));
  }
};
