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
    "A default in the manifest is public, and it is never used: a secret comes from the delivery or from the environment. Remove it, and change the secret if it was a real one.",
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

/** Where the key stands that deliveries are signed with. */
function signingSecrets({ root, extension, places }: LintContext): readonly ManifestNode[] {
  const callbacks = [
    mapIn(extension, "callback"),
    ...places.map((place) => mapIn(mapIn(place, "delivery"), "callback")),
  ].map((callback) => child(callback, "secret"));
  return [...callbacks, child(root, "delivery_secret")].filter((node) => node !== undefined);
}

export const olderReference: Rule = {
  code: "KG814",
  severity: "note",
  title: "older spelling of a secret reference",
  explanation:
    "`env:NAME` was replaced by `env.NAME` in the platform's manifests in January 2026. Write `env.NAME`. Flat manifests are left alone: the Python SDK understands the older spelling only.",
  check(context, report) {
    // Flat manifests are read by the Python SDK too, which understands nothing else.
    if (!isNested(context)) return;
    for (const node of signingSecrets(context)) {
      const text = textOf(node) ?? "";
      const reference = parseReference(text);
      if (reference === undefined || !/^env:/i.test(text)) continue;
      report(node.at, `\`${text}\` is the older spelling`, `write \`env.${reference.name}\``);
    }
  },
};

export const secretInClearText: Rule = {
  code: "KG815",
  severity: "warning",
  title: "secret in clear text",
  explanation:
    "The signing secret stands in the manifest itself, for everybody who can read the repository. Name an environment variable (`env.NAME`) and change the secret.",
  check(context, report) {
    for (const node of signingSecrets(context)) {
      const text = textOf(node) ?? "";
      // A bare name in capitals is how flat manifests name a variable.
      if (text === "" || parseReference(text) !== undefined || /^[A-Z][A-Z0-9_]*$/.test(text)) continue;
      const message = `\`${node.path}\` holds a secret in clear text`;
      report(node.at, message, "write `env.KIKET_WEBHOOK_SECRET`, and change the secret");
    }
  },
};
