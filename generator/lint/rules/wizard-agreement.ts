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

/** What the wizard asks for by name. */
function askedFields(context: LintContext): readonly AskedField[] {
  return wizardFields(context, "secrets", "configure").flatMap((field) => {
    const key = textIn(field, "key");
    return key === undefined || key === "" ? [] : [{ key, field }];
  });
}

/** What is declared and asked for as well. */
function agreedFields(context: LintContext): readonly (AskedField & { readonly declared: DeclaredField })[] {
  const declared = declarations(context);
  return askedFields(context).flatMap((asked) => {
    const declaration = declared.get(asked.key);
    return declaration === undefined ? [] : [{ ...asked, declared: declaration }];
  });
}

/** Types whose values pass for one another. */
const alike: readonly ReadonlySet<ValueType>[] = [new Set(["integer", "number"]), new Set(["id", "string"])];

export const differentType: Rule = {
  code: "KG817",
  severity: "warning",
  title: "wizard and configuration differ in type",
  explanation:
    "The setup wizard asks for another type of value than the configuration declares. The configuration decides. The vocabularies differ (integer and number, boolean and checkbox, string and text or select) and those pairs agree.",
  check(context, report) {
    for (const { key, field, declared } of agreedFields(context)) {
      const [asked, wanted] = [typeOf(field), typeOf(declared.node)];
      if (declared.secret || asked === undefined || wanted === undefined || asked === wanted) continue;
      if (alike.some((types) => types.has(asked) && types.has(wanted))) continue;
      const [here, there] = [textIn(field, "type"), textIn(declared.node, "type")];
      const message = `the wizard asks for \`${key}\` as ${here}, the configuration declares ${there}`;
      report(placeOf(field, "type"), message, `the configuration decides; write \`type: ${there}\``);
    }
  },
};

export const differentRequired: Rule = {
  code: "KG818",
  severity: "note",
  title: "wizard and configuration differ in `required`",
  explanation:
    "The value is required in one of the two places only. The type follows the configuration: it is `T | undefined` unless the configuration requires it or has a default.",
  check(context, report) {
    for (const { key, field, declared } of agreedFields(context)) {
      const { node, secret } = declared;
      const stated = child(field, "required");
      if (stated === undefined) continue;
      if (isRequired(field) && !isRequired(node) && child(node, "default") === undefined) {
        const place = secret ? "declaration" : "configuration";
        const message = `the wizard requires \`${key}\`, its ${place} does not`;
        report(stated.at, message, "write `required: true` there as well");
      } else if (!isRequired(field) && isRequired(node)) {
        report(stated.at, `\`${key}\` is required, but the wizard lets it be left out`, "write `required: true`");
      }
    }
  },
};

export const undeclaredField: Rule = {
  code: "KG819",
  severity: "note",
  title: "wizard asks for an undeclared key",
  explanation:
    "The setup wizard asks for a key that is neither in the configuration nor among the secrets. It becomes a setting or a secret all the same, but nothing declares its scope and no other screen shows it.",
  check(context, report) {
    const declared = declarations(context);
    for (const { key, field } of askedFields(context)) {
      if (declared.has(key)) continue;
      const hint = didYouMean(key, declared.keys(), "declare it under `configuration`");
      report(placeOf(field, "key"), `the wizard asks for \`${key}\`, which nothing declares`, hint);
    }
  },
};

const unlimited: Limits = { min: undefined, max: undefined, maxLength: undefined, options: [] };

export const differentDefault: Rule = {
  code: "KG823",
  severity: "warning",
  title: "wizard and configuration differ in default",
  explanation:
    "The setup wizard offers another default than the configuration has, so the value depends on whether somebody went through the wizard.",
  check(context, report) {
    for (const { key, field, declared } of agreedFields(context)) {
      const [offered, standing] = [child(field, "default"), child(declared.node, "default")];
      const type = typeOf(declared.node);
      if (declared.secret || offered === undefined || standing === undefined || type === undefined) continue;
      const [here, there] = [offered, standing].map((node) => JSON.stringify(coerce(node, type, unlimited)));
      if (here === there) continue;
      const message = `the wizard's default of \`${key}\` is not the configuration's on line ${standing.at.line}`;
      report(offered.at, message, "write the same value in both places");
    }
  },
};

const written: ReadonlySet<ValueType | undefined> = new Set(["integer", "number", "boolean", "object"]);

function isQuoted(node: ManifestNode): boolean {
  return node.kind === "scalar" && typeof node.value === "string";
}

export const mixedQuoting: Rule = {
  code: "KG822",
  severity: "note",
  title: "quoted and native defaults mixed",
  explanation:
    "Some defaults of this configuration are quoted text and others native values. Both are read by their declared type, but the platform's own manifests quote all of them.",
  check(context, report) {
    const defaults = configurationFields(context).flatMap(({ key, node }) => {
      const value = child(node, "default");
      return value === undefined || !written.has(typeOf(node)) ? [] : [{ key, value }];
    });
    const native = defaults.filter(({ value }) => !isQuoted(value));
    const [first] = native;
    if (first === undefined || native.length === defaults.length) return;
    const message = `the default of \`${first.key}\` is not quoted, ${defaults.length - native.length} others are`;
    report(first.value.at, message, "quote it, as the platform's own manifests do");
  },
};
