import { nearest } from "../../base/did-you-mean.js";
import { diagnose } from "../../diagnostics/codes.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { Rule } from "../../lint/context.js";
import { type UnknownKey, unknownManifestKeys, unknownModuleKeys } from "./known-keys.js";

function describe({ key, at, owner, known }: UnknownKey): Diagnostic {
  const where = owner === "" ? "the file" : `\`${owner}\``;
  const meant = nearest(key, known);
  return meant === undefined
    ? diagnose("KG802", at, `${where} has no key \`${key}\``, "remove it, or begin it with `x-` to keep it")
    : diagnose("KG801", at, `${where} has no key \`${key}\``, `did you mean \`${meant}\`?`);
}

/** KG801: keys that are almost known. */
export function misspeltKeys(keys: readonly UnknownKey[]): readonly Diagnostic[] {
  return keys.map(describe).filter(({ code }) => code === "KG801");
}

/** KG801 and KG802, in the manifest and in modules. */
export const checkKeys: Rule = ({ root, model, modules }, report) => {
  const keys = [
    ...unknownManifestKeys(root, model.dialect),
    ...modules.flatMap((module) => unknownModuleKeys(module.root)),
  ];
  for (const key of keys) report(describe(key));
};
