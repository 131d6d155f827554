import { didYouMean } from "../../base/did-you-mean.js";
import { coerce, type Limits } from "../../manifest/coerce.js";
import { type ValueType, valueTypes } from "../../model/value-type.js";
import { child, type ManifestNode, type MapNode } from "../../yaml/node.js";
import { type LintContext, placeOf, textIn } from "../context.js";
import { configurationFields, type DeclaredField, isRequired, listedSecrets } from "../fields.js";
import type { Rule } from "../rule.js";
import { wizardFields } from "../wizard-fields.js";

function typeOf(node: MapNode): ValueType | undefined {
  return valueTypes.get(textIn(node, "type") ?? "");
}

function declarations(context: LintContext): ReadonlyMap<string, DeclaredField> {
  const declared = [...listedSecrets(context), ...configurationFields(context)];
  return new Map(declared.map((field) => [field.key, field]));
}

interface AskedField {
  readonly key: string;
  readonly field: MapNode;
}

/** The fields of the wizard that have a key. */
function askedFields(context: LintContext): readonly AskedField[] {
  return wizardFields(context, "secrets", "configure").flatMap((field) => {
    const key = textIn(field, "key");
    return key === undefined || key === "" ? [] : [{ key, field }];
  });
}

/** The fields of the wizard whose key is declared. */
function agreedFields(context: LintContext): readonly (AskedField & { readonly declared: DeclaredField })[] {
  const declared = declarations(context);
  return askedFields(context).flatMap((asked) => {
    const declaration = declared.get(asked.key);
    return declaration === undefined ? [] : [{ ...asked, declared: declaration }];
  });
}

/** Types that count as equal. */
const equalTypes: readonly ReadonlySet<ValueType>[] = [new Set(["integer", "number"]), new Set(["id", "string"])];

export const differentType: Rule = {
  code: "KG817",
  severity: "warning",
  title: "wizard and configuration differ in type",
  explanation:
    "The setup wizard asks for one type of value, but the configuration declares another. The type in the configuration is used. Write the same type in the wizard. Some names mean the same type: integer and number, boolean and checkbox, string and text or select.",
  check(context, report) {
    for (const { key, field, declared } of agreedFields(context)) {
      const [asked, wanted] = [typeOf(field), typeOf(declared.node)];
      if (declared.secret || asked === undefined || wanted === undefined || asked === wanted) continue;
      if (equalTypes.some((types) => types.has(asked) && types.has(wanted))) continue;
      const [here, there] = [textIn(field, "type"), textIn(declared.node, "type")];
      const message = `the wizard asks for \`${key}\` as ${here}, but the configuration declares ${there}`;
      report(placeOf(field, "type"), message, `the type in the configuration is used; write \`type: ${there}\` here`);
    }
  },
};

export const differentRequired: Rule = {
  code: "KG818",
  severity: "note",
  title: "wizard and configuration differ in `required`",
  explanation:
    "The value is required in only one of the two places. The generated type follows the configuration: it is `T | undefined` unless the configuration requires the value or has a default. Write the same in both places.",
  check(context, report) {
    for (const { key, field, declared } of agreedFields(context)) {
      const { node, secret } = declared;
      const required = child(field, "required");
      if (required === undefined) continue;
      if (isRequired(field) && !isRequired(node) && child(node, "default") === undefined) {
        const place = secret ? "declaration" : "configuration";
        const message = `the wizard requires \`${key}\`, but its ${place} does not`;
        report(required.at, message, "write `required: true` there as well");
      } else if (!isRequired(field) && isRequired(node)) {
        report(required.at, `\`${key}\` is required, but optional in the wizard`, "write `required: true`");
      }
    }
  },
};

export const undeclaredField: Rule = {
  code: "KG819",
  severity: "note",
  title: "wizard asks for an undeclared key",
  explanation:
    "The setup wizard asks for a key that neither the configuration nor the secrets declare. It still becomes a setting or a secret, but the manifest does not say who shares the value, and no other screen shows it. Declare it under `configuration` or `secrets`.",
  check(context, report) {
    const declared = declarations(context);
    for (const { key, field } of askedFields(context)) {
      if (declared.has(key)) continue;
      const hint = didYouMean(key, declared.keys(), "declare it under `configuration`");
      report(placeOf(field, "key"), `the wizard asks for \`${key}\`, which is not declared`, hint);
    }
  },
};

const unlimited: Limits = { min: undefined, max: undefined, maxLength: undefined, options: [] };

export const differentDefault: Rule = {
  code: "KG823",
  severity: "warning",
  title: "wizard and configuration differ in default",
  explanation:
    "The setup wizard and the configuration have different defaults, so the value depends on whether somebody used the wizard. Write the same default in both places.",
  check(context, report) {
    for (const { key, field, declared } of agreedFields(context)) {
      const [offered, declaredDefault] = [child(field, "default"), child(declared.node, "default")];
      const type = typeOf(declared.node);
      if (declared.secret || offered === undefined || declaredDefault === undefined || type === undefined) continue;
      const [here, there] = [offered, declaredDefault].map((node) => JSON.stringify(coerce(node, type, unlimited)));
      if (here === there) continue;
      const message = `the wizard's default of \`${key}\` differs from the configuration's on line ${declaredDefault.at.line}`;
      report(offered.at, message, "write the same value in both places");
    }
  },
};

const quotableTypes: ReadonlySet<ValueType | undefined> = new Set(["integer", "number", "boolean", "object"]);

function isQuoted(node: ManifestNode): boolean {
  return node.kind === "scalar" && typeof node.value === "string";
}

export const mixedQuoting: Rule = {
  code: "KG822",
  severity: "note",
  title: "quoted and unquoted defaults mixed",
  explanation:
    "Some defaults in this configuration are quoted and others are not. Both are converted to the declared type, but the platform's own manifests quote all of them. Quote all defaults.",
  check(context, report) {
    const defaults = configurationFields(context).flatMap(({ key, node }) => {
      const value = child(node, "default");
      return value === undefined || !quotableTypes.has(typeOf(node)) ? [] : [{ key, value }];
    });
    const unquoted = defaults.filter(({ value }) => !isQuoted(value));
    const [first] = unquoted;
    if (first === undefined || unquoted.length === defaults.length) return;
    const quoted = defaults.length - unquoted.length;
    const message = `the default of \`${first.key}\` is not quoted, but ${quoted === 1 ? "1 other is" : `${quoted} others are`}`;
    report(first.value.at, message, "quote it, as the platform's own manifests do");
  },
};
