import { didYouMean } from "../../base/did-you-mean.js";
import { textIn } from "../context.js";
import { configurationFields } from "../fields.js";
import { type Hook, hooksOf } from "../hooks.js";
import type { Rule } from "../rule.js";

const templateTypes: ReadonlySet<string> = new Set(["template", "html", "text", "string"]);

export const unknownTemplate: Rule = {
  code: "KG805",
  severity: "error",
  title: "unknown template in a hook",
  explanation:
    "The `template` of a hook must be a key of the configuration with the type template, html, text or string. The platform renders this template for the event. Correct the key, or declare it with `type: template`.",
  check(context, report) {
    const types = new Map(configurationFields(context).map(({ key, node }) => [key, textIn(node, "type") ?? "string"]));
    for (const { template, templateNode } of hooksOf(context)) {
      if (template === undefined || templateNode === undefined) continue;
      const type = types.get(template);
      if (type === undefined) {
        const hint = didYouMean(template, types.keys(), "declare it under `configuration` with `type: template`");
        report(templateNode.at, `the configuration has no template \`${template}\``, hint);
      } else if (!templateTypes.has(type)) {
        report(
          templateNode.at,
          `\`${template}\` is of type ${type}, not a template`,
          "use a key with `type: template`",
        );
      }
    }
  },
};

export const twoTemplates: Rule = {
  code: "KG806",
  severity: "warning",
  title: "two templates for one event",
  explanation:
    "Two hooks subscribe to the same version of the same event with different templates. Only one template can be rendered. Keep one of the hooks.",
  check(context, report) {
    const first = new Map<string, Hook>();
    for (const hook of hooksOf(context)) {
      const { event, version, template, templateNode } = hook;
      if (template === undefined || templateNode === undefined) continue;
      const key = `${event}@${version}`;
      const earlier = first.get(key);
      if (earlier === undefined) first.set(key, hook);
      else if (earlier.template !== template) {
        const line = earlier.templateNode?.at.line;
        const message = `\`${event}\` already has the template \`${earlier.template}\` on line ${line}`;
        report(templateNode.at, message, "keep one of the two hooks");
      }
    }
  },
};
