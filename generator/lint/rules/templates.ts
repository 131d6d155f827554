import { child } from "../../yaml/node.js";
import { listIn, mapIn, textIn, textOf } from "../context.js";
import { configurationFields } from "../fields.js";
import { hooksOf } from "../hooks.js";
import type { Rule } from "../rule.js";

/** The dotted paths in the tags of a Liquid or Handlebars template. */
function pathsIn(template: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [tag] of template.matchAll(/\{\{[^{}]*\}\}|\{%[^%]*%\}/g)) {
    const code = tag.replace(/\[\s*["'](\w+)["']\s*\]/g, ".$1").replace(/"[^"]*"|'[^']*'/g, " ");
    for (const [path] of code.matchAll(/[A-Za-z_]\w*(?:\.\w+)*/g)) found.add(path);
  }
  return found;
}

/** `issue.title.size` also uses `issue.title`. */
function uses(paths: ReadonlySet<string>, variable: string): boolean {
  return paths.has(variable) || [...paths].some((path) => path.startsWith(`${variable}.`));
}

export const missingVariable: Rule = {
  code: "KG808",
  severity: "warning",
  title: "template does not use a required variable",
  explanation:
    "`validation.required_variables` lists a variable that the default template does not use, so the default fails its own validation. Use the variable in the template, or remove it from the list.",
  check(context, report) {
    for (const { key, node } of configurationFields(context)) {
      const required = listIn(mapIn(node, "validation"), "required_variables");
      const template = textOf(child(node, "default"));
      if (required.length === 0 || template === undefined) continue;
      const paths = pathsIn(template);
      for (const item of required) {
        const variable = textOf(item);
        if (variable === undefined || uses(paths, variable)) continue;
        const message = `the default of \`${key}\` does not use \`${variable}\`, which is a required variable`;
        report(
          item.at,
          message,
          `write \`{{ ${variable} }}\` in the template, or remove it from \`required_variables\``,
        );
      }
    }
  },
};

export const otherVocabulary: Rule = {
  code: "KG825",
  severity: "warning",
  title: "template uses `issue` for a case event, or the reverse",
  explanation:
    "The payload of `case.*` events contains `case`, and the payload of `issue.*` events contains `issue`. A template that uses the other name prints nothing. Use the name that matches the event.",
  check(context, report) {
    const fields = new Map(configurationFields(context).map((field) => [field.key, field.node]));
    for (const { event, template, templateNode } of hooksOf(context)) {
      const own = /^(issue|case)\./.exec(event)?.[1];
      const text = textIn(fields.get(template ?? ""), "default");
      if (own === undefined || text === undefined || templateNode === undefined) continue;
      const other = own === "case" ? "issue" : "case";
      const paths = pathsIn(text);
      if (!uses(paths, other) || uses(paths, own)) continue;
      const message = `\`${template}\` uses \`${other}\`, but the payload of \`${event}\` contains \`${own}\``;
      report(templateNode.at, message, `write \`${own}\` in the template`);
    }
  },
};
