import { compare } from "../base/naming.js";
import { diagnose } from "../diagnostics/diagnose.js";
import type { SecretModel, SettingModel } from "../model/model.js";
import { child, type Reporter, textAt } from "../yaml/node.js";
import { type Field, readField, readOptions, type SecretField, takesOptions } from "./fields.js";
import type { Setup, WizardField } from "./setup-wizard.js";

interface Declarations {
  /** From `configuration` and `settings`. */
  readonly fields: readonly Field[];
  /** From lists of secrets. */
  readonly secrets: readonly SecretField[];
  readonly setup: Pick<Setup, "secrets" | "fields">;
}

interface Configuration {
  readonly settings: readonly SettingModel[];
  readonly secrets: readonly SecretModel[];
}

type Kept<T> = Map<string, T>;

function keepLast<T extends SettingModel | SecretModel>(kept: Kept<T>, item: T, report: Reporter): void {
  const earlier = kept.get(item.key);
  if (earlier !== undefined) {
    const message = `\`${item.key}\` is already declared on line ${earlier.at.line}; this declaration is used`;
    report(diagnose("KG209", item.at, message));
  }
  kept.set(item.key, item);
}

/** Keeps the earlier declaration. A later one only adds a missing label or description. */
function fill(earlier: SecretModel | undefined, later: SecretModel): SecretModel {
  if (earlier === undefined) return later;
  return {
    ...earlier,
    label: earlier.label ?? later.label,
    description: earlier.description ?? later.description,
  };
}

/** The configuration determines the type; the wizard adds options and labels (fact 559). */
function addOptions(setting: SettingModel, field: WizardField, report: Reporter): SettingModel {
  const label = setting.label ?? textAt(field.node, "label", report);
  const description = setting.description ?? textAt(field.node, "description", report);
  const free = setting.options.length === 0 && setting.type === "string" && takesOptions(setting.declaredType);
  const offered = free ? readOptions(field.node, textAt(field.node, "type", report), report) : [];
  if (offered.length === 0) return { ...setting, label, description };
  const value = setting.default;
  if (typeof value !== "string" || offered.includes(value)) return { ...setting, label, description, options: offered };
  const at = child(field.node, "options")?.at ?? field.node.at;
  report(diagnose("KG212", at, `the wizard does not offer \`${value}\`, the default of \`${setting.key}\``));
  return { ...setting, label, description, options: [...offered, value] };
}

function inOrder<T extends { readonly key: string }>(kept: Kept<T>): readonly T[] {
  return [...kept.values()].sort((a, b) => compare(a.key, b.key));
}

/** Merges all places that declare settings and secrets. A key that is declared as both is a secret. */
export function mergeDeclarations({ fields, secrets: listed, setup }: Declarations, report: Reporter): Configuration {
  const settings: Kept<SettingModel> = new Map();
  const secrets: Kept<SecretModel> = new Map();
  for (const field of fields) {
    if (field.kind === "setting") keepLast(settings, field.setting, report);
    else keepLast(secrets, field.secret, report);
  }
  const fromLists: Kept<SecretModel> = new Map();
  for (const { secret } of listed) keepLast(fromLists, secret, report);
  for (const secret of fromLists.values()) {
    const earlier = secrets.get(secret.key);
    const required = secret.required || (earlier?.required ?? false);
    secrets.set(secret.key, { ...fill(earlier, secret), required });
  }
  for (const { key, at } of secrets.values()) {
    const setting = settings.get(key);
    if (setting === undefined) continue;
    const message = `\`${key}\` is a setting on line ${setting.at.line} and a secret here; it is treated as a secret`;
    report(diagnose("KG208", at, message));
    settings.delete(key);
  }
  for (const secret of setup.secrets) {
    if (!settings.has(secret.key)) secrets.set(secret.key, fill(secrets.get(secret.key), secret));
  }
  for (const field of setup.fields) {
    const setting = settings.get(field.key);
    if (setting !== undefined) settings.set(field.key, addOptions(setting, field, report));
    if (setting !== undefined || secrets.has(field.key)) continue;
    const added = readField(field.key, child(field.node, "key")?.at ?? field.node.at, field.node, report);
    if (added.kind === "setting") settings.set(field.key, added.setting);
    else secrets.set(field.key, added.secret);
  }
  return { settings: inOrder(settings), secrets: inOrder(secrets) };
}
