import { diagnose } from "../../diagnostics/diagnose.js";
import { parseReference } from "../../manifest/value-references.js";
import { child, type ManifestNode } from "../../yaml/node.js";
import { isNested, mapIn, type Rule, type Subject, textIn, textOf } from "../context.js";
import { configurationFields, listedSecrets } from "../fields.js";
import { wizardFields } from "../wizard-fields.js";

/** KG810: secrets have no default. */
export const checkSecretDefaults: Rule = (subject, report) => {
  const declared = [...configurationFields(subject), ...listedSecrets(subject)].filter(({ secret }) => secret);
  const asked = wizardFields(subject, "secrets").map((node) => ({ key: textIn(node, "key") ?? "", node }));
  for (const { key, node } of [...declared, ...asked]) {
    const value = child(node, "default");
    if (value === undefined || textOf(value) === "") continue;
    const hint = "remove it; the value comes from the delivery or from the environment";
    report(diagnose("KG810", value.at, `the secret \`${key}\` has a default`, hint));
  }
};

/** Where the key stands that deliveries are signed with. */
function signingSecrets({ root, extension, places }: Subject): readonly ManifestNode[] {
  const callbacks = [
    mapIn(extension, "callback"),
    ...places.map((place) => mapIn(mapIn(place, "delivery"), "callback")),
  ].map((callback) => child(callback, "secret"));
  return [...callbacks, child(root, "delivery_secret")].filter((node) => node !== undefined);
}

/** KG814 and KG815: the signing secret is a reference, in today's spelling. */
export const checkSigningSecrets: Rule = (subject, report) => {
  for (const node of signingSecrets(subject)) {
    const text = textOf(node) ?? "";
    const reference = parseReference(text);
    // Flat manifests are read by the Python SDK too, which understands nothing else.
    if (reference !== undefined && isNested(subject) && /^env:/i.test(text)) {
      report(diagnose("KG814", node.at, `\`${text}\` is the older spelling`, `write \`env.${reference.name}\``));
      continue;
    }
    // A bare name in capitals is how flat manifests name a variable.
    if (text === "" || reference !== undefined || /^[A-Z][A-Z0-9_]*$/.test(text)) continue;
    const message = `\`${node.path}\` holds a secret in clear text`;
    report(diagnose("KG815", node.at, message, "write `env.KIKET_WEBHOOK_SECRET`, and change the secret"));
  }
};
