import { child } from "../../yaml/node.js";
import { listIn, mapIn, textIn, textOf } from "../context.js";
import { configurationFields } from "../fields.js";
import { hooksOf } from "../hooks.js";
import type { Rule } from "../rule.js";

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

export const missingVariable: Rule = {
  code: "KG808",
  severity: "warning",
  title: "template lacks a required variable",
  explanation:
    "`validation.required_variables` names a variable that the default template never prints, so the default fails its own validation.",
  check(context, report) {
    for (const { key, node } of configurationFields(context)) {
      const required = listIn(mapIn(node, "validation"), "required_variables");
      const template = textOf(child(node, "default"));
      if (required.length === 0 || template === undefined) continue;
      const paths = mentioned(template);
      for (const item of required) {
        const variable = textOf(item);
        if (variable === undefined || prints(paths, variable)) continue;
        const message = `the default of \`${key}\` never prints \`${variable}\`, which it requires`;
        report(item.at, message, `print it (\`{{ ${variable} }}\`), or require it no longer`);
      }
    }
  },
};

export const otherVocabulary: Rule = {
  code: "KG825",
  severity: "warning",
  title: "template of the other vocabulary",
  explanation:
    "The payload of `case.*` events holds `case` and that of `issue.*` events `issue`. A template that prints the other one prints nothing.",
  check(context, report) {
    const fields = new Map(configurationFields(context).map((field) => [field.key, field.node]));
    for (const { event, template, templateNode } of hooksOf(context)) {
      const own = /^(issue|case)\./.exec(event)?.[1];
      const text = textIn(fields.get(template ?? ""), "default");
      if (own === undefined || text === undefined || templateNode === undefined) continue;
      const other = own === "case" ? "issue" : "case";
      const paths = mentioned(text);
      if (!prints(paths, other) || prints(paths, own)) continue;
      const message = `\`${template}\` prints \`${other}\`, but the payload of \`${event}\` holds \`${own}\``;
      report(templateNode.at, message, `write \`${own}\` in the template`);
    }
  },
};
