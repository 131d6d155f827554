import { didYouMean } from "../../base/did-you-mean.js";
import { diagnose } from "../../diagnostics/diagnose.js";
import { coerce, type Limits } from "../../manifest/coerce.js";
import { valueTypes } from "../../manifest/fields.js";
import type { ValueType } from "../../model/model.js";
import { child, type MapNode, type Report } from "../../yaml/node.js";
import { placeOf, type Rule, textIn } from "../context.js";
import { configurationFields, type DeclaredField, isRequired, listedSecrets } from "../fields.js";
import { wizardFields } from "../wizard-fields.js";

const unlimited: Limits = { min: undefined, max: undefined, maxLength: undefined, options: [] };
/** Types whose values pass for one another. */
const alike: readonly ReadonlySet<ValueType>[] = [new Set(["integer", "number"]), new Set(["id", "string"])];

function typeOf(node: MapNode): ValueType | undefined {
  return valueTypes.get(textIn(node, "type") ?? "");
}

function checkType(key: string, field: MapNode, declared: MapNode, report: Report): void {
  const [asked, wanted] = [typeOf(field), typeOf(declared)];
  if (asked === undefined || wanted === undefined || asked === wanted) return;
  if (alike.some((types) => types.has(asked) && types.has(wanted))) return;
  const types = [textIn(field, "type"), textIn(declared, "type")];
  const message = `the wizard asks for \`${key}\` as ${types[0]}, the configuration declares ${types[1]}`;
  report(diagnose("KG817", placeOf(field, "type"), message, `the configuration decides; write \`type: ${types[1]}\``));
}

function checkRequired(key: string, field: MapNode, { node, secret }: DeclaredField, report: Report): void {
  const stated = child(field, "required");
  if (stated === undefined) return;
  const at = stated.at;
  if (isRequired(field) && !isRequired(node) && child(node, "default") === undefined) {
    const place = secret ? "declaration" : "configuration";
    const message = `the wizard requires \`${key}\`, its ${place} does not`;
    report(diagnose("KG818", at, message, "write `required: true` there as well"));
  } else if (!isRequired(field) && isRequired(node)) {
    report(
      diagnose("KG818", at, `\`${key}\` is required, but the wizard lets it be left out`, "write `required: true`"),
    );
  }
}

function checkDefault(key: string, field: MapNode, declared: MapNode, report: Report): void {
  const [offered, standing] = [child(field, "default"), child(declared, "default")];
  const type = typeOf(declared);
  if (offered === undefined || standing === undefined || type === undefined) return;
  const values = [offered, standing].map((node) => JSON.stringify(coerce(node, type, unlimited)));
  if (values[0] === values[1]) return;
  const message = `the wizard's default of \`${key}\` is not the configuration's on line ${standing.at.line}`;
  report(diagnose("KG823", offered.at, message, "write the same value in both places"));
}

/** KG817, KG818, KG819 and KG823: the wizard asks for what is declared, as it is declared. */
export const checkAgreement: Rule = (subject, report) => {
  const configuration = configurationFields(subject);
  const declared = new Map([...listedSecrets(subject), ...configuration].map((field) => [field.key, field]));
  for (const field of wizardFields(subject, "secrets", "configure")) {
    const key = textIn(field, "key");
    if (key === undefined || key === "") continue;
    const known = declared.get(key);
    if (known === undefined) {
      const hint = didYouMean(key, declared.keys(), "declare it under `configuration`");
      report(diagnose("KG819", placeOf(field, "key"), `the wizard asks for \`${key}\`, which nothing declares`, hint));
      continue;
    }
    checkRequired(key, field, known, report);
    if (known.secret) continue;
    checkType(key, field, known.node, report);
    checkDefault(key, field, known.node, report);
  }
};

const written: ReadonlySet<ValueType | undefined> = new Set(["integer", "number", "boolean", "object"]);

/** KG822: defaults that are no text are either all quoted or all native. */
export const checkQuoting: Rule = (subject, report) => {
  const defaults = configurationFields(subject).flatMap(({ key, node }) => {
    const value = child(node, "default");
    return value === undefined || !written.has(typeOf(node)) ? [] : [{ key, value }];
  });
  const isQuoted = (node: (typeof defaults)[number]["value"]) =>
    node.kind === "scalar" && typeof node.value === "string";
  const native = defaults.filter(({ value }) => !isQuoted(value));
  const [first] = native;
  if (first === undefined || native.length === defaults.length) return;
  const message = `the default of \`${first.key}\` is not quoted, ${defaults.length - native.length} others are`;
  report(diagnose("KG822", first.value.at, message, "quote it, as the platform's own manifests do"));
};
