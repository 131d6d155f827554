import { nearest } from "../../base/did-you-mean.js";
import { diagnose } from "../../diagnostics/diagnose.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { UnknownKey } from "./known-keys.js";

/** KG801 or KG802. */
export function describeUnknownKey({ key, at, owner, known }: UnknownKey): Diagnostic {
  const where = owner === "" ? "the file" : `\`${owner}\``;
  const meant = nearest(key, known);
  return meant === undefined
    ? diagnose("KG802", at, `${where} has no key \`${key}\``, "remove it, or begin it with `x-` to keep it")
    : diagnose("KG801", at, `${where} has no key \`${key}\``, `did you mean \`${meant}\`?`);
}

/** KG801: keys that are almost known. */
export function misspeltKeys(keys: readonly UnknownKey[]): readonly Diagnostic[] {
  return keys.map(describeUnknownKey).filter(({ code }) => code === "KG801");
}
