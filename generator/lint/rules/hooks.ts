import { didYouMean } from "../../base/did-you-mean.js";
import { textIn } from "../context.js";
import { configurationFields } from "../fields.js";
import { type Hook, hooksOf } from "../hooks.js";
import type { Rule } from "../rule.js";

const templateTypes: ReadonlySet<string> = new Set(["template", "html", "text", "string"]);

export const unknownTemplate: Rule = {
  code: "KG805",
  severity: "error",
  title: "hook's template does not exist",
  explanation:
    "`hooks[].template` must be a key of the configuration, of type template, html, text or string; the platform renders it for the event.",
  check(context, report) {
    const types = new Map(configurationFields(context).map(({ key, node }) => [key, textIn(node, "type") ?? "string"]));
    for (const { template, templateNode } of hooksOf(context)) {
      if (template === undefined || templateNode === undefined) continue;
      const type = types.get(template);
      if (type === undefined) {
        const hint = didYouMean(template, types.keys(), "declare it under `configuration` with `type: template`");
        report(templateNode.at, `the configuration has no template \`${template}\``, hint);
      } else if (!templateTypes.has(type)) {
        report(templateNode.at, `\`${template}\` is of type ${type}, not a template`, "name a key of type template");
      }
    }
  },
};

export const twoTemplates: Rule = {
  code: "KG806",
  severity: "warning",
  title: "two templates for one event",
  explanation:
    "Two hooks subscribe to one version of one event and name different templates. Only one can be rendered.",
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
        const message = `\`${event}\` is rendered with \`${earlier.template}\` on line ${line} already`;
        report(templateNode.at, message, "keep one of the two hooks");
      }
    }
  },
};
