import { didYouMean } from "../../base/did-you-mean.js";
import { diagnose } from "../../diagnostics/diagnose.js";
import { child, type ManifestNode } from "../../yaml/node.js";
import { mapsIn, type Rule, type Subject, textIn, textOf } from "../context.js";
import { configurationFields } from "../fields.js";

/** A hook that names its event and, maybe, a template. */
export interface Hook {
  readonly event: string;
  /** Without a leading v. */
  readonly version: string;
  readonly template: string | undefined;
  readonly templateNode: ManifestNode | undefined;
}

export function hooksOf({ places, model }: Subject): readonly Hook[] {
  return places
    .flatMap((place) => mapsIn(place, "hooks"))
    .flatMap((hook): Hook[] => {
      const event = textIn(hook, "event");
      if (event === undefined) return [];
      const version = (textIn(hook, "version") || model.apiVersion).replace(/^v(?=\d)/, "");
      const templateNode = child(hook, "template");
      return [{ event, version, template: textOf(templateNode), templateNode }];
    });
}

const templateTypes: ReadonlySet<string> = new Set(["template", "html", "text", "string"]);

/** KG805: a hook's template is a key of the configuration. */
export const checkHookTemplates: Rule = (subject, report) => {
  const types = new Map(configurationFields(subject).map(({ key, node }) => [key, textIn(node, "type") ?? "string"]));
  for (const { template, templateNode } of hooksOf(subject)) {
    if (template === undefined || templateNode === undefined) continue;
    const type = types.get(template);
    if (type === undefined) {
      const hint = didYouMean(template, types.keys(), "declare it under `configuration` with `type: template`");
      report(diagnose("KG805", templateNode.at, `the configuration has no template \`${template}\``, hint));
    } else if (!templateTypes.has(type)) {
      const message = `\`${template}\` is of type ${type}, not a template`;
      report(diagnose("KG805", templateNode.at, message, "name a key of type template"));
    }
  }
};

/** KG806: one template for one version of an event. */
export const checkTwoTemplates: Rule = (subject, report) => {
  const first = new Map<string, Hook>();
  for (const hook of hooksOf(subject)) {
    const { event, version, template, templateNode } = hook;
    if (template === undefined || templateNode === undefined) continue;
    const key = `${event}@${version}`;
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, hook);
    else if (earlier.template !== template) {
      const line = earlier.templateNode?.at.line;
      const message = `\`${event}\` is rendered with \`${earlier.template}\` on line ${line} already`;
      report(diagnose("KG806", templateNode.at, message, "keep one of the two hooks"));
    }
  }
};
