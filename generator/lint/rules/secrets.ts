import { parseReference } from "../../manifest/value-references.js";
import { child, type ManifestNode } from "../../yaml/node.js";
import { isNested, type LintContext, mapIn, textIn, textOf } from "../context.js";
import { configurationFields, listedSecrets } from "../fields.js";
import type { Rule } from "../rule.js";
import { wizardFields } from "../wizard-fields.js";

export const secretDefault: Rule = {
  code: "KG810",
  severity: "warning",
  title: "secret with a default",
  explanation:
    "A default in the manifest is public, and it is never used: the value of a secret comes from the delivery or from the environment. Remove the default. If it was a real secret, change the secret.",
  check(context, report) {
    const declared = [...configurationFields(context), ...listedSecrets(context)].filter(({ secret }) => secret);
    const asked = wizardFields(context, "secrets").map((node) => ({ key: textIn(node, "key") ?? "", node }));
    for (const { key, node } of [...declared, ...asked]) {
      const value = child(node, "default");
      if (value === undefined || textOf(value) === "") continue;
      const hint = "remove it; the value comes from the delivery or from the environment";
      report(value.at, `the secret \`${key}\` has a default`, hint);
    }
  },
};

/** The values of the secret with which deliveries are signed, wherever a format has it. */
function signingSecrets({ root, extension, places }: LintContext): readonly ManifestNode[] {
  const callbacks = [
    mapIn(extension, "callback"),
    ...places.map((place) => mapIn(mapIn(place, "delivery"), "callback")),
  ].map((callback) => child(callback, "secret"));
  return [...callbacks, child(root, "delivery_secret")].filter((node) => node !== undefined);
}

export const oldReference: Rule = {
  code: "KG814",
  severity: "note",
  title: "old spelling of a secret reference",
  explanation:
    "In January 2026, the platform's manifests replaced `env:NAME` with `env.NAME`. Write `env.NAME`. In flat manifests this is not reported, because the Python SDK reads only the old spelling.",
  check(context, report) {
    // The Python SDK reads flat manifests too, and knows only the old spelling.
    if (!isNested(context)) return;
    for (const node of signingSecrets(context)) {
      const text = textOf(node) ?? "";
      const reference = parseReference(text);
      if (reference === undefined || !/^env:/i.test(text)) continue;
      report(node.at, `\`${text}\` is the old spelling`, `write \`env.${reference.name}\``);
    }
  },
};

export const secretInClearText: Rule = {
  code: "KG815",
  severity: "warning",
  title: "secret in plain text",
  explanation:
    "The signing secret is in the manifest itself, where everybody with access to the repository can read it. Refer to an environment variable instead (`env.NAME`), and change the secret.",
  check(context, report) {
    for (const node of signingSecrets(context)) {
      const text = textOf(node) ?? "";
      // In flat manifests, a name in capitals refers to an environment variable.
      if (text === "" || parseReference(text) !== undefined || /^[A-Z][A-Z0-9_]*$/.test(text)) continue;
      const message = `\`${node.path}\` contains a secret in plain text`;
      report(node.at, message, "write `env.KIKET_WEBHOOK_SECRET`, and change the secret");
    }
  },
};
