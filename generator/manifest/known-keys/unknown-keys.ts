import { nearest } from "../../base/did-you-mean.js";
import { diagnose } from "../../diagnostics/diagnose.js";
import type { Diagnostic } from "../../diagnostics/diagnostic.js";
import type { UnknownKey } from "./known-keys.js";

/** The known key that an unknown one is almost. */
export function meantBy({ key, known }: UnknownKey): string | undefined {
  return nearest(key, known);
}

export function describeUnknownKey({ key, owner }: UnknownKey): string {
  return `${owner === "" ? "the file" : `\`${owner}\``} has no key \`${key}\``;
}

/** KG801: keys that are almost known. */
export function misspeltKeys(keys: readonly UnknownKey[]): readonly Diagnostic[] {
  return keys.flatMap((key) => {
    const meant = meantBy(key);
    if (meant === undefined) return [];
    return [diagnose("KG801", key.at, describeUnknownKey(key), `did you mean \`${meant}\`?`)];
  });
}
